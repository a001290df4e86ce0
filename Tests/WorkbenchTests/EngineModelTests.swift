import Engine
import Testing
import Workbench

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The workbench on the real engine, with a model of a few thousand weights and no tokenizer.
@Suite struct EngineModelTests {
  static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/tiny/llama").path

  private func model() throws -> EngineModel {
    EngineModel(try Model(path: Self.path, threads: 1))
  }

  private func workbench(_ folder: TemporaryFolder, _ name: String) throws -> Workbench {
    try Workbench(
      model: model(), places: folder.places,
      opened: SessionStore.open(path: folder.file(name + ".json"), creating: true))
  }

  private func addExamples(_ bench: Workbench) throws {
    for row in 0..<3 {
      let ids = (0..<12).map { Token((row * 31 + $0 * 7) % 97) }
      try bench.addExample(
        .tokens(ids: ids, labels: ids.enumerated().map { $0 < 4 ? -100 : $1 }))
    }
  }

  @Test func twoBurstsOfThreeAcrossAReopeningEqualOneOfSix() throws {
    let folder = try TemporaryFolder()
    let straight = try workbench(folder, "straight")
    try addExamples(straight)
    let whole = try #require(try straight.tune(.steps(6)))

    let first = try workbench(folder, "halves")
    try addExamples(first)
    _ = try first.tune(.steps(3))
    _ = try first.tune(.steps(2))
    try first.undo()
    first.close()
    let second = try workbench(folder, "halves")
    let half = try #require(try second.tune(.steps(3)))
    #expect(half.hash == whole.hash)
    #expect(second.session.bursts[0].losses + half.losses == whole.losses)
    #expect(whole.deltaNorm > 0)
    #expect((whole.drift ?? 0) > 0)
    #expect((whole.adapter?.bytes ?? 0) > 1_000)
    let status = second.status
    #expect(status.adapterHash == whole.hash)
    #expect((status.trainedShare ?? 0) > 0 && (status.trainedShare ?? 2) < 1)
    #expect(status.modelParameters > 1_000)
  }

  @Test func tuningLowersTheLossAndTheFoundationStaysAsItWas() throws {
    let folder = try TemporaryFolder()
    let bench = try workbench(folder, "work")
    try addExamples(bench)
    let file = folder.file("data.jsonl")
    _ = try bench.exportExamples(path: file)
    let before = try bench.score(path: file).nats.joined().reduce(0, +)
    _ = try bench.tune(.steps(20))
    let tuned = try bench.score(path: file).nats.joined().reduce(0, +)
    let foundation = try bench.score(path: file, foundation: true).nats.joined().reduce(0, +)
    #expect(foundation == before)
    #expect(tuned < 0.9 * before)
    try bench.setStrength(0)
    #expect(try bench.score(path: file).nats.joined().reduce(0, +) == before)
  }

  @Test func aRecoveredBurstIsTheBurstUpToItsCheckpoint() throws {
    let folder = try TemporaryFolder()
    let bench = try workbench(folder, "killed")
    try addExamples(bench)
    bench.checkpointInterval = 0
    let store = try #require(bench.store)
    _ = try bench.tune(.steps(6)) {
      false
    } report: { progress in
      guard progress.report.step == 4 else { return }
      store.beforeWrite = { _ throws(SessionError) in
        throw .notSaved(path: "", reason: "killed")
      }
    }
    try folder.remove("killed.lock")
    let again = try workbench(folder, "killed")
    #expect(again.takeNotices() == [.recoveredBurst(1, steps: 3)])
    let straight = try workbench(folder, "straight")
    try addExamples(straight)
    #expect(try straight.tune(.steps(3))?.hash == again.session.bursts[0].hash)
    #expect(again.status.adapterHash == again.session.bursts[0].hash)
  }

  @Test func aModelWithoutATokenizerSaysSo() throws {
    let folder = try TemporaryFolder()
    let bench = try workbench(folder, "work")
    #expect(throws: WorkbenchError.prompt(.noTokenizer)) { try bench.reply("hello") }
    #expect(throws: WorkbenchError.newExample(.noTokenizer)) {
      try bench.addExample(.pair(prompt: "a", completion: "b"))
    }
    #expect(throws: WorkbenchError.self) {
      try bench.addExample(.tokens(ids: [1, 9_999_999], labels: [1, 9_999_999]))
    }
    #expect(throws: WorkbenchError.newExample(.label(5, at: 1, id: 2))) {
      try bench.addExample(.tokens(ids: [1, 2], labels: [1, 5]))
    }
  }

  @Test func aDataFileGivesItemsForAModel() throws {
    let model = try Model(path: Self.path, threads: 1)
    let file = DataFile(
      bytes: Array(
        """
        {"input_ids":[1,2,3],"labels":[1,-100,3]}
        {"input_ids":[4,5]}
        """.utf8))
    let data = try file.items(for: model)
    #expect(data.items.map(\.tokens) == [[1, 2, 3], [4, 5]])
    #expect(data.items.map(\.trained) == [[false, false, true], [false, true]])
    #expect(data.lines == [1, 2])
    let bad = DataFile(bytes: Array("{\"input_ids\":[1,2],\"labels\":[-100,-100]}".utf8))
    #expect(try bad.items(for: model).items.count == 1)
    #expect(throws: DataError.line(1, .nothingTrained)) {
      try bad.items(for: model, trainable: true)
    }
  }
}
