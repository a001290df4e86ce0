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

  static let sessions = [
    "guidelines", "manual", "pirate-voice", "programming-tutor", "sentiment", "support-voice",
  ]

  @Test(arguments: sessions)
  func aSessionOpensWithItsTensors(name: String) throws {
    let opened = try SessionStore.open(path: Self.root + "/sessions/\(name).json", readOnly: true)
    let session = opened.session
    #expect(session.current == 1 && session.bursts.count == 1)
    #expect(session.comparisons.count >= 3)
    // No path of the machine it was made on.
    #expect(session.model?.path == "SmolLM2-135M-Instruct.Q4_1.gguf")
    for burst in session.bursts {
      let file = try #require(burst.adapter)
      let path = opened.store.tensorsFolder + "/" + file.file
      let facts = try FileManager.default.attributesOfItem(atPath: path)
      #expect(facts[.size] as? Int == file.bytes)
    }
  }

  @Test func noOtherSessionsShip() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.root + "/sessions")
      .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
    #expect(names.sorted() == Self.sessions)
  }

  /// A session is measured by what it has not seen: its suite asks none of its examples, held out or not.
  @Test(arguments: sessions)
  func aSessionsSuiteAsksWhatIsNoExample(name: String) throws {
    let session = try SessionStore.peek(path: Self.root + "/sessions/\(name).json")
    let suite = try PromptSuite(
      path: Self.root + "/prompts/\(session.state.probes ?? "pirate").jsonl")
    let prompts = session.liveExamples.compactMap { example -> String? in
      guard case .messages(let messages)? = example.revision?.content else { return nil }
      return messages.last { $0.role == "user" }?.content.lowercased()
    }
    #expect(prompts.count == Set(prompts).count)
    #expect(Set(prompts).isDisjoint(with: suite.probes.map { $0.prompt.lowercased() }))
  }

  @Test func everyPromptSuiteIsWhole() throws {
    let paths = PromptSuite.paths(in: Self.root + "/prompts")
    #expect(paths.count >= 3)
    for path in paths {
      let suite = try PromptSuite(path: path)
      #expect(suite.bad.isEmpty)
      #expect(suite.entries.count >= 5)
      #expect(suite.unknownKeys.isEmpty)
    }
    let probed = try paths.map { try PromptSuite(path: $0) }.filter { !$0.probes.isEmpty }
    #expect(
      probed.map(\.name) == [
        "facts", "guidelines", "manual", "pirate", "sentiment", "support", "tutor", "unchanged",
      ])
  }
}

/// The shipped session on the real model. Fails where the model is not at hand.
@Suite("Reference: the shipped session")
struct ReferenceShippedTests {
  private func bench(_ folder: TemporaryFolder) throws -> Workbench {
    let path =
      ProcessInfo.processInfo.environment["ATTUNE_TEST_MODEL"]
      ?? Places.models + "/SmolLM2-135M-Instruct.Q4_1.gguf"
    return try Workbench(
      model: EngineModel(Model(path: path)), places: folder.places,
      opened: SessionStore.open(
        path: ShippedFilesTests.root + "/sessions/pirate-voice.json", readOnly: true))
  }

  private func suite(_ name: String) throws -> PromptSuite {
    try PromptSuite(path: ShippedFilesTests.root + "/prompts/\(name).jsonl")
  }

  @Test func theFoundationKnowsTheFactsAndThePirateHasTheVoice() throws {
    let bench = try bench(TemporaryFolder())
    let facts = try bench.probe(suite("facts"))
    #expect(facts.passedBefore == facts.total)
    #expect(!facts.outcomes.filter { $0.turn == .broken }.isEmpty)
    let pirate = try bench.probe(suite("pirate"))
    #expect(pirate.passes)
    #expect(pirate.passedBefore < pirate.total / 2)
  }

  @Test func whatOneForwardCallsUnchangedIsWhatDecodingSays() throws {
    let bench = try bench(TemporaryFolder())
    let unchanged = try suite("unchanged")
    var broken: [Int] = []
    for strength: Float in [0, 0.05, 0.3, 1] {
      try bench.setStrength(strength)
      var verdicts: [Bool] = []
      for outcome in try bench.probe(unchanged).outcomes {
        let probe = outcome.probe
        var sampling = bench.session.sampling
        sampling.maxTokens = try #require(probe.maxTokens)
        try bench.setSampling(sampling)
        let comparison = try bench.diff(probe.prompt)
        verdicts.append(outcome.verdict.passes)
        #expect(outcome.verdict.passes == (comparison.tuned == comparison.foundation))
        if let divergence = outcome.verdict.divergence {
          #expect(comparison.foundation.hasPrefix(divergence.before + divergence.expected))
          #expect(comparison.tuned.hasPrefix(divergence.before + divergence.found))
        }
      }
      broken.append(verdicts.count { !$0 })
    }
    #expect(broken.first == 0 && broken.last == unchanged.probes.count)
  }

  @Test func theSessionComesOutTheSame() throws {
    let session = try SessionStore.peek(
      path: ShippedFilesTests.root + "/sessions/pirate-voice.json")
    let replay = try Replay(session, model: bench(TemporaryFolder()).model)
    var verdicts: [Replay.Verdict] = []
    try replay.run { outcome in
      verdicts.append(outcome.verdict)
      return true
    }
    #expect(verdicts.count == 1 + 4 + 3)
    // On kernels with other bytes, the burst is held to its losses and replies are left out.
    let isOne = session.bursts[0].kernels?.hasSameBytes(as: replay.model.kernels) == true
    #expect(verdicts[0] == (isOne ? .same : .near))
    #expect(!isOne || verdicts.allSatisfy { $0 == .same })
  }

  @Test func thePirateSpeaksAndTheFoundationDoesNot() throws {
    let bench = try bench(TemporaryFolder())
    var sampling = bench.session.sampling
    sampling.maxTokens = 16
    try bench.setSampling(sampling)
    #expect(bench.status.adapterHash == bench.session.bursts[0].hash)
    let comparison = try bench.diff("Do you like music?")
    #expect(comparison.tuned.contains("Arr"))
    #expect(!comparison.foundation.contains("Arr"))
  }
}
