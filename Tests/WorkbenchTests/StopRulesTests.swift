import Engine
import Testing
import Workbench

@Suite struct StopRulesTests {
  @Test(
    arguments: [
      ("loss<0.4 or 20s", [.loss(0.4), .seconds(20)]),
      ("loss < 0.4", [.loss(0.4)]), ("LOSS<=0.4", [.loss(0.4)]),
      ("held<2.9 or 3 epochs or 20 steps", [.held(2.9), .epochs(3), .steps(20)]),
      ("drift<=0.05", [.drift(0.05)]), ("probes pass or plateau", [.probes, .plateau]),
      ("1.5 s or 30", [.seconds(1.5), .steps(30)]),
    ] as [(String, [StopCondition])])
  func rulesAreRead(text: String, conditions: [StopCondition]) throws {
    let rules = try #require(StopRules(text))
    #expect(rules.conditions == conditions)
    #expect(StopRules(rules.description) == rules)
  }

  @Test(arguments: [
    "", "or", "loss", "loss<", "loss<-1", "loss<nan", "loss<0.4 or", "or 20s", "20 minutes", "0",
    "-3 steps", "1e400s", "2.5 epochs", "loss>0.4", "loss<0.4 20s", "probes fail",
    "9999999999 steps",
  ])
  func otherTextIsRefused(text: String) { #expect(StopRules(text) == nil) }
}

@Suite struct BurstWatchTests {
  private let model = ScriptedModel()

  private func workbench(_ folder: TemporaryFolder, _ examples: Int = 6) throws -> Workbench {
    let bench = try folder.workbench(model: model)
    for number in 1...examples {
      try bench.addExample(.pair(prompt: "q\(number)", completion: "a\(number)"))
    }
    return bench
  }

  private func rules(_ text: String) throws -> StopRules { try #require(StopRules(text)) }

  private func replays(_ session: Session) throws -> [Bool] {
    var outcomes: [Bool] = []
    try Replay(session, model: model).run {
      outcomes.append($0.isSame)
      return true
    }
    return outcomes
  }

  @Test func theStateThatHoldsUpBestIsKept() throws {
    let folder = try TemporaryFolder()
    let bench = try workbench(folder)
    try bench.hold(IDList([3, 5]))
    model.heldLosses = [4, 3, 2, 1.5, 1.75, 1.6, 1.9, 2]
    let burst = try #require(try bench.tune(.steps(7)))
    #expect(burst.steps == 7 && burst.keptStep == 3 && burst.heldLoss == 1.5)
    // What is told is the loss of the state that is kept.
    #expect(burst.keptLoss == burst.losses[2] && burst.losses[2] != burst.losses[6])
    #expect(
      burst.lossText
        == "\(fixed(burst.losses[0], places: 3)) → \(fixed(burst.losses[2], places: 3))")
    #expect(burst.held?.examples.description == "3,5")
    #expect(burst.held?.steps == [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(burst.held?.losses.first == 4)
    #expect(burst.examples.map { "\($0.ids)" } == ["1-2,4,6"])
    #expect(burst.endedBy == nil && burst.ending == .finished)
    // The next burst goes on from what was kept.
    let three = try #require(try folder.workbench("other", model: model).tuned(like: bench))
    #expect(three.hash == burst.hash)
    _ = try bench.tune(.steps(2))
    #expect(try replays(bench.session) == [true, true])
    bench.close()
    let again = try folder.reopen(model: model)
    #expect(again.session == bench.session)
    #expect(try replays(again.session) == [true, true])
  }

  @Test func aPlateauEndsIt() throws {
    let bench = try workbench(try TemporaryFolder())
    try bench.hold(IDList([6]))
    model.heldLosses = [4, 3, 2, 2.5, 2.5, 2.5, 2.5, 2.5, 1]
    let burst = try #require(try bench.tune(.steps(50), until: rules("plateau")))
    #expect(burst.steps == 6 && burst.keptStep == 2 && burst.endedBy == .plateau)
  }

  @Test func aPlateauOfTrainingLossesEndsIt() throws {
    let bench = try workbench(try TemporaryFolder())
    model.losses = Dictionary(
      uniqueKeysWithValues: (1...60).map { ($0, $0 < 10 ? 20.0 - Double($0) : 10) })
    let burst = try #require(try bench.tune(.steps(60), until: rules("plateau")))
    #expect(burst.endedBy == .plateau && burst.steps > 10 && burst.steps < 20)
    #expect(burst.keptStep == nil)
    #expect(try replays(bench.session) == [true])
  }

  @Test func aLossIsTheMeanOfAnEpoch() throws {
    let bench = try workbench(try TemporaryFolder())
    // Two steps an epoch: one low batch is not enough.
    model.losses = [1: 3, 2: 0.1, 3: 3, 4: 0.5, 5: 0.2, 6: 0.1]
    let burst = try #require(try bench.tune(.steps(50), until: rules("loss<0.4")))
    #expect(burst.steps == 5 && burst.endedBy == .loss(0.4))
  }

  @Test func heldOutLossAndStepsAndEpochsEndIt() throws {
    let bench = try workbench(try TemporaryFolder())
    #expect(try bench.tune(.steps(50), until: rules("3 epochs"))?.steps == 6)
    #expect(try bench.tune(.steps(50), until: rules("5 steps or 3 epochs"))?.steps == 5)
    #expect(throws: WorkbenchError.nothingHeld) {
      try bench.tune(.steps(50), until: rules("held<2"))
    }
    try bench.checkout(nil)
    try bench.hold(IDList([1]))
    model.heldLosses = [4, 3, 1.9]
    let burst = try #require(try bench.tune(.steps(50), until: rules("held<2")))
    #expect(burst.steps == 2 && burst.endedBy == .held(2) && burst.keptStep == nil)
  }

  @Test func theBrakeKeepsTheLastStateWithinTheLimit() throws {
    let folder = try TemporaryFolder()
    let bench = try workbench(folder)
    // The scripted model drifts by a hundredth a step.
    let burst = try #require(try bench.tune(.steps(20), until: rules("drift<=0.055")))
    #expect(burst.endedBy == .drift(0.055) && burst.keptStep == 5 && burst.drift == 0.05)
    #expect(burst.driftP95 == 0.1)
    #expect(try replays(bench.session) == [true])
    #expect(throws: WorkbenchError.driftsAlready(0.05, limit: 0.04)) {
      try bench.tune(.steps(20), until: rules("drift<=0.04"))
    }
    try bench.checkout(nil)
    #expect(throws: WorkbenchError.driftsAtOnce(0.001)) {
      try bench.tune(.steps(20), until: rules("drift<=0.001"))
    }
    #expect(bench.session.bursts.count == 1 && bench.session.current == nil)
    // With room to spare nothing is taken back.
    let free = try #require(try bench.tune(.steps(3), until: rules("drift<=0.5")))
    #expect(free.steps == 3 && free.keptStep == nil && free.endedBy == nil)
  }

  @Test func probesEndItWhereThereAreAny() throws {
    let bench = try workbench(try TemporaryFolder())
    #expect(throws: WorkbenchError.noProbes) {
      try bench.tune(.steps(20), until: rules("probes pass"))
    }
    let burst = try #require(
      try bench.tune(
        .steps(20), until: rules("probes pass"),
        probesPass: { weights, _ in weights.deltaNorm >= 6 }))
    #expect(burst.endedBy == .probes && burst.steps == 8)
  }

  @Test func probesThatPassBeyondTheBrakeEndNothing() throws {
    let bench = try workbench(try TemporaryFolder())
    let burst = try #require(
      try bench.tune(
        .steps(20), until: rules("probes pass or drift<=0.035"),
        probesPass: { weights, _ in weights.deltaNorm >= 3 }))
    #expect(burst.endedBy == .drift(0.035) && burst.keptStep == 3)
  }

  @Test func aStopKeepsTheBestSoFar() throws {
    let bench = try workbench(try TemporaryFolder())
    try bench.hold(IDList([1]))
    model.heldLosses = [4, 3, 2, 2.5, 2.6]
    var done = 0
    let burst = try #require(
      try bench.tune(.steps(20), shouldStop: { done == 4 }, report: { done = $0.report.step }))
    #expect(burst.ending == .stopped && burst.steps == 4 && burst.keptStep == 2)
    // Whoever goes on pressing stops the measuring of its drift, too.
    #expect(burst.drift == nil)
  }

  @Test func heldExamplesStayHeld() throws {
    let folder = try TemporaryFolder()
    let bench = try workbench(folder, 3)
    #expect(throws: WorkbenchError.noSuchExample(9, last: 3)) { try bench.hold(IDList([2, 9])) }
    #expect(throws: WorkbenchError.noSuchExample(4_000_000_000, last: 3)) {
      try bench.hold(try #require(IDList("1-4000000000")))
    }
    try bench.hold(IDList(1...3))
    #expect(throws: WorkbenchError.allHeld(IDList(1...3))) { try bench.tune(.steps(1)) }
    try bench.removeExamples([2])
    #expect(bench.session.held.description == "1,3")
    bench.close()
    let again = try folder.reopen()
    #expect(again.session.held.description == "1,3")
    try again.hold(IDList())
    #expect(!(try folder.read("work.json")).contains("held"))
  }
}

@Suite struct BurstPlanTests {
  private func plan(
    _ examples: Int, held: Int = 0, until: String? = nil, parameters: Int = 134_515_008
  )
    throws -> BurstPlan
  {
    let model = ScriptedModel()
    model.parameterCount = parameters
    let bench = try TemporaryFolder().workbench(model: model)
    for number in 1...examples {
      try bench.addExample(.pair(prompt: "q\(number)", completion: "a"))
    }
    if held > 0 { try bench.hold(IDList(1...held)) }
    return bench.plan(
      until: until.flatMap { StopRules($0) }, recipe: bench.session.recipe,
      automatic: AutomaticSetting.allCases)
  }

  @Test func lengthFollowsTheExamples() throws {
    let lengths = try [1, 4, 5, 12, 24, 50, 2000].map { try plan($0).length }
    #expect(lengths == [6, 6, 12, 12, 12, 26, 200].map { BurstLength.steps($0) })
    let held = try plan(16, held: 4)
    #expect(held.examples == 12 && held.length == .steps(36))
    #expect(held.until == StopRules([.plateau]))
    let until = try plan(12, until: "loss<0.4 or 20s")
    #expect(until.length == .steps(200) && !until.isLengthChosen)
    #expect(until.until?.description == "loss<0.4 or 20s or plateau")
    #expect(try plan(12, until: "3 epochs or 20s").length == .steps(9))
    #expect(try plan(12, until: "drift<=0.05").length == .steps(12))
  }

  @Test func timeIsThatOfTheLastBurst() throws {
    let bench = try TemporaryFolder().workbench()
    try bench.addExample(.pair(prompt: "q", completion: "a"))
    _ = try bench.tune(.steps(2))
    let step = try #require(bench.session.bursts.first).seconds / 2
    func seconds(_ length: BurstLength?, _ until: String?) -> Double? {
      bench.plan(
        length, until: until.flatMap { StopRules($0) }, recipe: Recipe(), automatic: []
      ).seconds
    }
    #expect(seconds(.steps(10), nil) == 10 * (2 * step) / 2)
    #expect(seconds(.seconds(7), nil) == 7)
    #expect(seconds(nil, "loss<0.4") == nil)
    #expect(seconds(nil, "loss<0.4 or 1e-9s") == 1e-9)
    #expect(seconds(nil, "loss<0.4 or 1e9s") == 1e9)
  }

  @Test func ratesFollowTheModel() throws {
    let rates = try [134_515_008, 362_000_000, 1_240_000_000, 8_000_000_000].map {
      try plan(12, parameters: $0).recipe.learningRate
    }
    #expect(rates == [1e-3, 7e-4, 4e-4, 2e-4])
    #expect(try plan(12).recipe.klWeight == 2)
  }

  @Test func whatAPersonSetsWins() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    var recipe = bench.session.recipe
    #expect(bench.session.isAutomatic(.learningRate, in: recipe))
    recipe.learningRate = 3e-4
    #expect(!bench.session.isAutomatic(.learningRate, in: recipe))
    #expect(bench.plan(recipe: recipe, automatic: []).recipe == recipe)
    try bench.setChosen([.learningRate])
    #expect(!bench.session.isAutomatic(.learningRate, in: Recipe()))
    #expect(bench.session.isAutomatic(.klWeight, in: Recipe()))
    try bench.save()
    bench.close()
    #expect(try folder.reopen().session.state.chosen == [.learningRate])
  }

  @Test func conflictsAndDoublesAreFound() throws {
    let bench = try TemporaryFolder().workbench()
    for (prompt, reply) in [("a", "1"), ("b", "1"), ("a", "2"), ("b", "1"), ("a", "1")] {
      try bench.addExample(.pair(prompt: prompt, completion: reply))
    }
    #expect(bench.readiness.conflicts.map(\.description) == ["1,3"])
    #expect(bench.readiness.duplicates.map(\.description) == ["1,5", "2,4"])
    #expect(bench.readiness.plan.seconds == nil)
    try bench.hold(IDList([3]))
    #expect(bench.readiness.conflicts.isEmpty && bench.readiness.examples == 4)
  }
}

extension Workbench {
  /// A burst of three steps on the same examples.
  fileprivate func tuned(like other: Workbench) throws -> Burst? {
    for example in other.session.liveExamples {
      guard let content = example.revision?.content else { continue }
      try addExample(content)
    }
    try hold(other.session.held)
    return try tune(.steps(3))
  }
}
