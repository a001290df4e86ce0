import Engine
import Testing
import Workbench

@Suite struct ReplayTests {
  private func session() throws -> Session {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    try bench.setSystem("first")
    _ = try bench.tune(.steps(3))
    try bench.editExample(1, .pair(prompt: "a", completion: "c"))
    try bench.setSystem("second")
    var steps = 0
    _ = try bench.tune(.steps(9), shouldStop: { steps == 2 }, report: { steps = $0.report.step })
    try bench.checkout(1)
    try bench.addExample(.text("more"))
    _ = try bench.tune(.seconds(1))
    _ = try bench.diff("hello")
    try bench.checkout(nil)
    _ = try bench.diff("hello")
    return bench.session
  }

  @Test func aSessionReplaysTheSame() throws {
    let session = try session()
    var outcomes: [Replay.Outcome] = []
    let replay = try Replay(session, model: ScriptedModel())
    try replay.run { outcome in
      outcomes.append(outcome)
      return true
    }
    #expect(outcomes.count == 5)
    #expect(outcomes.allSatisfy { $0.isSame })
    #expect(replay.adapter(of: 3)?.hash == session.bursts[2].hash)
  }

  @Test func aDifferenceIsFound() throws {
    let model = ScriptedModel()
    model.losses = [2: 7]
    model.replies = ["hello": "something else"]
    var outcomes: [Replay.Outcome] = []
    let replay = try Replay(try session(), model: model)
    try replay.run { outcome in
      outcomes.append(outcome)
      return outcomes.count < 4
    }
    #expect(outcomes.count == 4)
    guard case .burst(1, steps: 3, _, isSame: true, firstDifference: 2) = outcomes[0] else {
      Issue.record("\(outcomes[0])")
      return
    }
    #expect(!outcomes[3].isSame)
  }

  @Test func anotherModelIsRefused() throws {
    let model = ScriptedModel()
    model.digest = String(repeating: "c", count: 64)
    #expect(throws: WorkbenchError.self) { try Replay(try session(), model: model) }
  }
}
