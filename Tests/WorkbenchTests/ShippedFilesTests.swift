import Engine
import Testing
import Workbench

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The sessions and prompts that ship, as they lie in the repository.
@Suite struct ShippedFilesTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  @Test func thePirateSessionOpensWithItsTensors() throws {
    let opened = try SessionStore.open(
      path: Self.root + "/sessions/pirate-voice.json", readOnly: true)
    let session = opened.session
    #expect(session.liveExamples.count == 19)
    #expect(session.bursts.map(\.steps) == [24])
    #expect(session.current == 1)
    #expect(session.comparisons.count == 4)
    // No path of the machine it was made on.
    #expect(session.model?.path == "SmolLM2-135M-Instruct.Q4_1.gguf")
    for burst in session.bursts {
      for file in [burst.adapter, burst.optimiser] {
        let file = try #require(file)
        let path = opened.store.tensorsFolder + "/" + file.file
        let facts = try FileManager.default.attributesOfItem(atPath: path)
        #expect(facts[.size] as? Int == file.bytes)
      }
    }
  }

  @Test func everyPromptSuiteIsWhole() throws {
    let paths = PromptSuite.paths(in: Self.root + "/prompts")
    #expect(paths.count >= 3)
    for path in paths {
      let suite = try PromptSuite(path: path)
      #expect(suite.bad.isEmpty)
      #expect(suite.entries.count >= 5)
    }
  }
}

/// The shipped session on the real model. Fails where the model is not at hand.
@Suite("Reference: the shipped session")
struct ReferenceShippedTests {
  @Test func thePirateSpeaksAndTheFoundationDoesNot() throws {
    let path =
      ProcessInfo.processInfo.environment["ATTUNE_TEST_MODEL"]
      ?? Places.models + "/SmolLM2-135M-Instruct.Q4_1.gguf"
    let folder = try TemporaryFolder()
    let bench = try Workbench(
      model: EngineModel(Model(path: path)), places: folder.places,
      opened: SessionStore.open(
        path: ShippedFilesTests.root + "/sessions/pirate-voice.json", readOnly: true))
    var sampling = bench.session.sampling
    sampling.maxTokens = 16
    try bench.setSampling(sampling)
    #expect(bench.status.adapterHash == bench.session.bursts[0].hash)
    let comparison = try bench.diff("Do you like music?")
    #expect(comparison.tuned.contains("Arr"))
    #expect(!comparison.foundation.contains("Arr"))
  }
}
