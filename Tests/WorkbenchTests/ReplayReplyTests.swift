import Engine
import Testing
import Workbench

/// Replies are made again as they were drawn, whatever the settings are by now.
@Suite struct ReplayReplyTests {
  private func verdicts(
    _ session: Session, _ model: ScriptedModel = ScriptedModel()
  ) throws -> [Replay.Verdict] {
    var verdicts: [Replay.Verdict] = []
    try Replay(session, model: model).run { outcome in
      if case .turn = outcome.part { verdicts.append(outcome.verdict) }
      return true
    }
    return verdicts
  }

  /// A conversation with a further sample, a preferred one and the foundation's word; then other settings.
  private func session() throws -> Session {
    let bench = try TemporaryFolder().workbench()
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    _ = try bench.reply("alone")
    _ = try bench.tune(.steps(2))
    try bench.setSystem("first")
    try bench.setChat(true)
    _ = try bench.reply("one")
    _ = try bench.retry()
    _ = try bench.reply("two")
    _ = try bench.prefer(0, of: bench.choice())
    _ = try bench.reply("three", foundation: true)
    _ = try bench.reply("four")
    try bench.setChat(false)
    try bench.setSystem("second")
    try bench.setSeed(9)
    return bench.session
  }

  @Test func repliesAreMadeAgainInTheirConversation() throws {
    let session = try session()
    #expect(session.turns.count == 8)
    #expect(try verdicts(session) == Array(repeating: .same, count: 8))
    let model = ScriptedModel()
    var asked: [String] = []
    try Replay(session, model: model).run { outcome in
      if case .turn = outcome.part { asked.append(model.asked.last?.prompt ?? "") }
      return true
    }
    #expect(asked[0] == "user: alone\n")
    #expect(asked[1] == "system: first\nuser: one\n")
    #expect(asked[2] == asked[1])
    // The further sample stands in the first one's place.
    #expect(asked[3] == asked[1] + "assistant: \(session.turns[2].reply)\nuser: two\n")
    #expect(asked[4] == asked[3] && asked[5] == asked[3])
    #expect(
      asked[7]
        == asked[3] + "assistant: \(session.turns[5].reply)\nuser: four\n")
  }

  @Test func aReplyThatDiffersIsFound() throws {
    let model = ScriptedModel()
    model.replies = ["two": "something else"]
    let verdicts = try verdicts(session(), model)
    #expect(
      verdicts.map { $0 == .differs } == [false, false, false, true, true, true, false, false])
  }

  @Test func whatCannotBeMadeAgainIsLeftOut() throws {
    var session = try session()
    session.turns[0].drawn = nil
    session.turns[7].burst = 7
    session.turns[6].stop = .interrupt
    session.turns[6].reply = ""
    session.turns.remove(at: 1)
    let found = try verdicts(session)
    #expect(found[0] == .leftOut(.notRecorded))
    #expect(found[1..<5].allSatisfy { $0 == .leftOut(.conversationGone) })
    #expect(found[5] == .leftOut(.cutOff))
    #expect(found[6] == .leftOut(.burstGone))
  }

  @Test func aReplyThatWasCutOffIsTheStartOfTheWhole() throws {
    let bench = try TemporaryFolder().workbench()
    _ = try bench.reply("hello")
    var session = bench.session
    session.turns[0].stop = .interrupt
    session.turns[0].reply = "plain s"
    #expect(try verdicts(session) == [.same])
    session.turns[0].reply = "plain t"
    #expect(try verdicts(session) == [.differs])
  }

  @Test func settingsThatCannotBeAreRefused() throws {
    let bench = try TemporaryFolder().workbench()
    _ = try bench.reply("hello")
    var session = bench.session
    session.turns[0].drawn?.sampling.temperature = -1
    #expect(throws: (any Error).self) { try verdicts(session) }
  }
}
