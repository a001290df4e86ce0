import Engine
import Testing
import Workbench

@Suite struct WorkbenchTests {
  @Test func tuningMakesABurstAndSaysHowItGoes() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    var steps: [Int] = []
    let burst = try #require(
      try bench.tune(
        .steps(3),
        report: { progress in
          steps.append(progress.losses.count)
          #expect(progress.plannedSteps == 3)
        }))
    #expect(steps == [1, 2, 3])
    #expect(burst.ending == .finished)
    #expect(burst.drift == 0.03)
    #expect(burst.tokens > 0)
    #expect(bench.status.adapterHash == burst.hash)
    #expect(bench.status.trainedShare == 0.01)
    #expect(bench.status.diskBytes > 100)
    #expect(bench.status.memoryBytes > 1_000_000)
  }

  @Test func aStoppedBurstKeepsWhatWasLearnt() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    var done = 0
    let burst = try #require(
      try bench.tune(.steps(50), shouldStop: { done >= 4 }, report: { done = $0.report.step }))
    #expect(burst.steps == 4)
    #expect(burst.ending == .stopped)
    #expect(bench.session.current == burst.id)
    #expect(try bench.tune(.steps(5), shouldStop: { true }) == nil)
    #expect(bench.session.bursts.count == 1)
  }

  @Test func tuningNeedsExamples() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    #expect(throws: WorkbenchError.noExamples) { try bench.tune(.steps(1)) }
    try bench.addExample(
      .judged(
        prompt: [Message(role: "user", content: "a")],
        completion: [Message(role: "assistant", content: "b")], good: true))
    #expect(try bench.tune(.steps(1)) != nil)
  }

  @Test func aRecipeCannotContradictTheAdapterItGoesOnWith() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    _ = try bench.tune(.steps(1))
    var recipe = bench.session.recipe
    recipe.rank = 16
    #expect(
      throws: WorkbenchError.recipeContradicts(setting: "rank", adapter: "8", recipe: "16")
    ) { try bench.tune(.steps(1), recipe: recipe) }
    recipe.rank = 8
    recipe.lastLayers = 1
    #expect(
      throws: WorkbenchError.recipeContradicts(setting: "layers", adapter: "all", recipe: "1")
    ) { try bench.tune(.steps(1), recipe: recipe) }
    try bench.checkout(nil)
    #expect(try bench.tune(.steps(1), recipe: recipe)?.recipe.lastLayers == 1)
  }

  @Test func emptyAndTooLongExamplesAreRefusedWithFacts() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    #expect(throws: WorkbenchError.newExample(.empty)) {
      try bench.addExample(.pair(prompt: "a", completion: " \n"))
    }
    let long = String(repeating: "x", count: 500)
    let item = 500 + "user: aassistant: ".utf8.count
    #expect(throws: WorkbenchError.newExample(.tooLong(tokens: item, limit: 400))) {
      try bench.addExample(.pair(prompt: "a", completion: long))
    }
    #expect(throws: WorkbenchError.newExample(.nothingTrained)) {
      try bench.addExample(.tokens(ids: [1, 2], labels: [-100, -100]))
    }
    #expect(bench.session.examples.isEmpty)
    #expect(throws: WorkbenchError.noSuchExample(1, last: 0)) { try bench.removeExamples([1]) }
  }

  @Test func fixAndGoodMakeExamplesOfRepliesAlsoAfterReopening() throws {
    let folder = try TemporaryFolder()
    let first = try folder.workbench()
    #expect(throws: WorkbenchError.noReply) { try first.good() }
    _ = try first.reply("weather?")
    _ = try first.reply("name?")
    first.close()
    let bench = try folder.reopen()
    try bench.fix("Arr!")
    try bench.good(turn: 1)
    #expect(
      bench.wordings == [
        "1 name? => Arr! not plain says name?", "2 weather? => plain says weather?",
      ])
    #expect(bench.session.examples.map { $0.revision?.origin } == [.fixed, .good])
    #expect(throws: WorkbenchError.noSuchTurn(7)) { try bench.good(turn: 7) }
  }

  @Test func promptsStandAloneUnlessChatIsOn() throws {
    let folder = try TemporaryFolder()
    let model = ScriptedModel()
    let bench = try folder.workbench(model: model)
    try bench.setSystem("be kind")
    _ = try bench.reply("one")
    _ = try bench.reply("two")
    #expect(model.asked[0].prompt == "system: be kind\nuser: two\n")
    try bench.setChat(true)
    _ = try bench.reply("three")
    _ = try bench.reply("aside", foundation: true)
    _ = try bench.reply("four")
    #expect(
      model.asked[0].prompt
        == "system: be kind\nuser: three\nassistant: plain says three\nuser: four\n")
    try bench.fix("better")
    #expect(
      bench.session.examples[0].revision?.content
        == .preference(
          prompt: [
            Message(role: "user", content: "three"),
            Message(role: "assistant", content: "plain says three", train: false),
            Message(role: "user", content: "four"),
          ], chosen: [Message(role: "assistant", content: "better")],
          rejected: [Message(role: "assistant", content: "plain says four")]))
    try bench.setChat(false)
    _ = try bench.reply("five")
    #expect(model.asked[0].prompt == "system: be kind\nuser: five\n")
    try bench.setChat(true)
    _ = try bench.reply("six")
    #expect(model.asked[0].prompt == "system: be kind\nuser: six\n")
  }

  @Test func aConversationDropsItsOldestTurnsWhole() throws {
    let folder = try TemporaryFolder()
    let model = ScriptedModel()
    let bench = try folder.workbench(model: model)
    try bench.setChat(true)
    let long = String(repeating: "w", count: 40)
    for number in 0..<4 { _ = try bench.reply("\(number)\(long)") }
    #expect(bench.takeNotices() == [.droppedTurns(1)])
    #expect(model.asked[0].prompt.hasPrefix("user: 1w"))
    #expect(model.asked[0].prompt.utf8.count + 100 <= 400)
    let tooLong = String(repeating: "w", count: 600)
    #expect(throws: WorkbenchError.prompt(.tooLong(tokens: 607, limit: 399))) {
      try bench.reply(tooLong)
    }
    #expect(bench.session.turns.count == 4)
    // An example of the last turn leaves out what the context cannot hold, too.
    model.contextLength = 250
    try bench.good()
    guard case .messages(let messages)? = bench.session.examples[0].revision?.content else {
      Issue.record("a conversation was expected")
      return
    }
    #expect(messages.count == 4)
    #expect(messages[0].content.hasPrefix("2w"))
    #expect(messages.map(\.train) == [nil, false, nil, nil])
  }

  @Test func aBaseModelSaysOnceThatItContinuesText() throws {
    let folder = try TemporaryFolder()
    let model = ScriptedModel()
    model.hasTemplate = false
    let bench = try folder.workbench(model: model)
    _ = try bench.reply("once")
    _ = try bench.reply("twice")
    #expect(bench.takeNotices() == [.continuesRawText])
  }

  @Test func aDiffAsksBothRowsAtOnce() throws {
    let folder = try TemporaryFolder()
    let model = ScriptedModel()
    let bench = try folder.workbench(model: model)
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    let burst = try #require(try bench.tune(.steps(1)))
    let comparison = try bench.diff("hi")
    #expect(model.asked.map(\.tuned) == [false, true])
    #expect(comparison.foundation == "plain says hi")
    #expect(comparison.tuned == "tuned \(burst.hash.prefix(4)) says hi")
    #expect(comparison.burst == burst.id)
    #expect(comparison.gauges.changedWords == 2)
    #expect(bench.session.comparisons == [comparison])
    #expect(bench.session.turns.isEmpty)
  }

  @Test func settingsOutOfRangeAreRefused() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    for strength: Float in [-0.1, 2.1, .nan] {
      #expect(throws: WorkbenchError.self) { try bench.setStrength(strength) }
    }
    #expect(throws: WorkbenchError.self) { try bench.setSampling(Sampling(temperature: -1)) }
    #expect(throws: WorkbenchError.self) { try bench.setSampling(Sampling(topP: 0)) }
    var recipe = Recipe()
    recipe.rank = 0
    #expect(throws: TuningError.self) { try bench.setRecipe(recipe) }
    try bench.setSeed(9)
    #expect(bench.session.sampling.seed == 9)
    #expect(bench.session.recipe.seed == 9)
  }
}
