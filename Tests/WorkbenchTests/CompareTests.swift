import Engine
import Testing
import Workbench

@Suite struct CompareTests {
  /// A bench with two bursts, the first of them in use.
  private func bench(_ folder: TemporaryFolder, _ model: ScriptedModel = ScriptedModel()) throws
    -> Workbench
  {
    let bench = try folder.workbench(model: model)
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    _ = try bench.tune(.steps(1))
    _ = try bench.tune(.steps(1))
    try bench.checkout(1)
    return bench
  }

  @Test(arguments: [
    ("@", BurstReference.current), ("@0", .foundation), ("@base", .foundation),
    ("@foundation", .foundation), ("@12", .burst(12)), ("@pirate", .named("pirate")),
    ("@a-1_b.c", .named("a-1_b.c")), ("@été", .named("été")),
    ("3", nil), ("@-1", nil), ("@1a", nil), ("@a b", nil), ("@@", nil), ("", nil),
    ("@" + String(repeating: "x", count: 41), nil), ("@99999999999999999999", nil),
  ])
  func referencesAreRead(word: String, reference: BurstReference?) {
    #expect(BurstReference(word) == reference)
  }

  @Test func referencesFindTheirBurst() throws {
    let folder = try TemporaryFolder()
    let session = try bench(folder).session
    #expect(try session.resolve(.current) == 1)
    #expect(try session.resolve(.foundation) == nil)
    #expect(try session.resolve(.burst(2)) == 2)
    #expect(throws: WorkbenchError.noSuchBurst(3, last: 2)) { try session.resolve(.burst(3)) }
    #expect(throws: WorkbenchError.noBurstNamed("x", names: [])) {
      try session.resolve(.named("x"))
    }
  }

  @Test func anyTwoBurstsAnswerInOneBatch() throws {
    let folder = try TemporaryFolder()
    let model = ScriptedModel()
    let bench = try bench(folder, model)
    let comparison = try bench.compare("hi", 2, 1)
    #expect(model.asked.map(\.tuned) == [true, true])
    #expect(comparison.against == 2 && comparison.burst == 1)
    #expect(comparison.foundation == "tuned \(bench.session.bursts[1].hash.prefix(4)) says hi")
    #expect(comparison.tuned == "tuned \(bench.session.bursts[0].hash.prefix(4)) says hi")
    #expect(try bench.diff("hi").against == nil)
    #expect(throws: WorkbenchError.self) { try bench.compare("hi", 9, 1) }

    // The file says against which burst, and only where there is one; a replay comes out the same.
    let text = try folder.read("work.json")
    #expect(text.split(separator: "\n").count { $0.contains(#""against" : 2"#) } == 1)
    #expect(!text.contains(#""against" : null"#))
    bench.close()
    #expect(try folder.reopen().session.comparisons == bench.session.comparisons)
    var outcomes: [Bool] = []
    try Replay(bench.session, model: ScriptedModel()).run {
      outcomes.append($0.isSame)
      return true
    }
    #expect(outcomes == [true, true, true, true])
  }

  @Test func aDoseIsOneBatchAndIsNotKept() throws {
    let folder = try TemporaryFolder()
    let model = ScriptedModel()
    let bench = try bench(folder, model)
    let doses = try bench.dose("hi")
    #expect(doses.map(\.strength) == [0, 0.25, 0.5, 1, 1.5])
    #expect(model.asked.map(\.tuned) == [false, true, true, true, true])
    #expect(doses[0].reply.text == "plain says hi")
    #expect(bench.session.turns.isEmpty && bench.session.comparisons.isEmpty)
    try bench.checkout(nil)
    #expect(throws: WorkbenchError.noAdapter) { try bench.dose("hi") }
  }

  @Test func heatIsOfTheReplyAlone() throws {
    let folder = try TemporaryFolder()
    let bench = try bench(folder)
    #expect(throws: WorkbenchError.noReply) { try bench.heat(top: 1) }
    try bench.setChat(true)
    _ = try bench.reply("aeiou")
    _ = try bench.reply("you")
    let heat = try bench.heat(top: 1)
    let text = String(decoding: heat.movements.map { UInt8($0.token) }, as: UTF8.self)
    #expect(text == heat.turn.reply && text.hasSuffix("says you"))
    let hottest = heat.hottest(2)
    #expect(hottest.count == 2 && hottest[0] < hottest[1])
    #expect(heat.movements[hottest[0]].divergence == 1)
    #expect(try bench.heat(turn: 1, top: 1).turn.prompt == "aeiou")
    #expect(throws: WorkbenchError.noSuchTurn(7)) { try bench.heat(turn: 7, top: 1) }
    try bench.checkout(nil)
    #expect(throws: WorkbenchError.noAdapter) { try bench.heat(top: 1) }
  }
}
