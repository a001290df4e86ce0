import Engine
import Testing
import Workbench

/// Sessions whose optimiser states were left out, as of those that ship: they are twice as large as the adapters.
@Suite struct FreshOptimiserTests {
  private func session(in folder: TemporaryFolder) throws {
    let bench = try folder.workbench()
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    _ = try bench.tune(.steps(3))
    bench.close()
    for name in folder.names("work.tensors") where name.hasSuffix(".optimiser.safetensors") {
      try folder.remove("work.tensors/" + name)
    }
  }

  @Test func aBurstFromItStartsAFreshOneSaysSoAndReplays() throws {
    let folder = try TemporaryFolder()
    try session(in: folder)
    let bench = try folder.reopen()
    #expect(try bench.diff("hello").burst == 1)
    let burst = try #require(try bench.tune(.steps(2)))
    #expect(burst.freshOptimiser == true)
    #expect(bench.takeNotices().contains(.freshOptimiser(of: 1)))
    // The new burst's own state is there.
    #expect(try bench.tune(.steps(2))?.freshOptimiser == nil)
    try bench.checkout(1)
    #expect(try bench.tune(.steps(1))?.freshOptimiser == true)
    let session = bench.session
    bench.close()

    #expect(try folder.reopen().session.bursts == session.bursts)
    var verdicts: [Replay.Verdict] = []
    try Replay(session, model: ScriptedModel()).run { outcome in
      verdicts.append(outcome.verdict)
      return true
    }
    #expect(verdicts == Array(repeating: .same, count: 5))
  }

  @Test func aCorrectionFromItDoesToo() throws {
    let folder = try TemporaryFolder()
    try session(in: folder)
    let bench = try folder.reopen()
    try bench.addExample(.pair(prompt: "c", completion: "d"))
    #expect(try bench.correct()?.freshOptimiser == true)
    try bench.undo()
    try bench.undo()
    try bench.undo()
    #expect(bench.session.current == nil)
    #expect(try bench.tune(.steps(1))?.freshOptimiser == nil)
  }

  /// On the engine: to the byte what a fresh state comes to, in the session and in its replay.
  @Test func theEngineReplaysIt() throws {
    let folder = try TemporaryFolder()
    func bench() throws -> Workbench {
      try Workbench(
        model: EngineModel(Model(path: EngineModelTests.path, compute: Compute(threads: 1))),
        places: folder.places,
        opened: SessionStore.open(path: folder.file("work.json"), creating: true))
    }
    let first = try bench()
    let ids = (0..<12).map { Token($0 * 7 % 97) }
    try first.addExample(.tokens(ids: ids, labels: ids))
    let burst = try #require(try first.tune(.steps(4)))
    first.close()
    let file = try #require(burst.optimiser?.file)
    try folder.remove("work.tensors/" + file)
    let second = try bench()
    #expect(try second.tune(.steps(4))?.freshOptimiser == true)
    try Replay(second.session, model: second.model).run { outcome in
      #expect(outcome.verdict == .same)
      return true
    }
  }
}
