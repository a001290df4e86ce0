import Engine
import Testing
import Workbench

@Suite("Teaching from the reply") struct TeachingTests {
  private func user(_ text: String) -> Message { Message(role: "user", content: text) }
  private func reply(_ text: String) -> Message { Message(role: "assistant", content: text) }

  @Test func aFixIsOneExampleThatHoldsThePair() throws {
    let bench = try TemporaryFolder().workbench()
    _ = try bench.reply("hi")
    let example = try bench.fix("Arr!")
    #expect(
      example.revision?.content
        == .preference(
          prompt: [user("hi")], chosen: [reply("Arr!")], rejected: [reply("plain says hi")]))
    #expect(bench.session.liveExamples.count == 1)
    try bench.undo()
    #expect(bench.session.liveExamples.isEmpty)
    // What the model said already, or said nothing at all, is no pair.
    try bench.fix("plain says hi")
    #expect(bench.wordings == ["2 hi => plain says hi"])
  }

  @Test func judgementsAreExamples() throws {
    let bench = try TemporaryFolder().workbench()
    #expect(throws: WorkbenchError.noReply) { try bench.bad() }
    _ = try bench.reply("hi")
    let example = try bench.bad()
    #expect(
      example.revision?.content
        == .judged(prompt: [user("hi")], completion: [reply("plain says hi")], good: false))
    #expect(example.revision?.origin == .bad)
    try bench.good()
    let burst = try #require(try bench.tune(.steps(2)))
    #expect(burst.examples.map { "\($0.ids)" } == ["1-2"])
    #expect(burst.judged?.count == 1)
  }

  @Test func furtherSamplesTakeTheLastReplysPlace() throws {
    let folder = try TemporaryFolder()
    let model = ScriptedModel()
    let bench = try folder.workbench(model: model)
    #expect(throws: WorkbenchError.noReply) { try bench.retry() }
    try bench.setChat(true)
    _ = try bench.reply("one")
    _ = try bench.reply("two")
    let first = try bench.retry()
    #expect(model.drawn.temperature == Workbench.freeTemperature)
    #expect(model.asked[0].prompt == "user: one\nassistant: plain says one\nuser: two\n")
    let second = try bench.retry()
    #expect(model.asked[0].prompt == "user: one\nassistant: plain says one\nuser: two\n")
    #expect([first.turn.attempt, second.turn.attempt] == [1, 2])
    #expect(first.reply.text != second.reply.text)
    #expect(bench.session.turns.count == 4)
    #expect(bench.session.conversation.map(\.reply) == ["plain says one", second.reply.text])
    try bench.fix("Arr!")
    #expect(
      bench.wordings == ["1 one => plain says one => two => Arr! not " + second.reply.text])
    bench.close()

    // The count goes on after reopening, and the same attempt is the same reply.
    let again = try folder.reopen()
    #expect(try again.retry().turn.attempt == 3)
    #expect(try again.retry(attempt: 1).reply.text == first.reply.text)
    var sampling = again.session.sampling
    sampling.temperature = 0.3
    try again.setSampling(sampling)
    #expect(again.freeSampling.temperature == 0.3)
  }

  /// A conversation goes on from the sample: what had followed the reply it replaces is no part of it any more.
  @Test func furtherSamplesOfAnEarlierPromptTurnTheConversationThere() throws {
    let model = ScriptedModel()
    let bench = try TemporaryFolder().workbench(model: model)
    _ = try bench.reply("alone")
    try bench.setChat(true)
    for prompt in ["one", "two", "three"] { _ = try bench.reply(prompt) }
    let sample = try bench.retry(3)
    #expect(sample.turn.instead == 3 && sample.turn.prompt == "two")
    #expect(model.asked[0].prompt == "user: one\nassistant: plain says one\nuser: two\n")
    #expect(bench.session.conversation.map(\.prompt) == ["one", "two"])
    #expect(bench.session.conversation.last?.reply == sample.reply.text)
    _ = try bench.reply("four")
    #expect(model.asked[0].prompt.hasSuffix("two\nassistant: \(sample.reply.text)\nuser: four\n"))

    // One that stood alone is asked alone, and leaves the conversation as it is.
    let alone = try bench.retry(1)
    #expect(alone.turn.conversation == nil && model.asked[0].prompt == "user: alone\n")
    #expect(bench.session.conversation.map(\.prompt) == ["one", "two", "four"])
    #expect(throws: WorkbenchError.noSuchTurn(99)) { try bench.retry(99) }

    var verdicts: [Replay.Verdict] = []
    try Replay(bench.session, model: ScriptedModel()).run { outcome in
      verdicts.append(outcome.verdict)
      return true
    }
    #expect(verdicts == Array(repeating: .same, count: 7))
  }

  @Test func thePreferredOfTwoSamplesIsTheLastReply() throws {
    let folder = try TemporaryFolder()
    let model = ScriptedModel()
    let bench = try folder.workbench(model: model)
    let choice = try bench.choice("hi")
    #expect(Set(model.drawn.seeds).count == 2 && !choice.isSame)
    #expect(bench.session.turns.isEmpty)
    let example = try #require(try bench.prefer(0, of: choice))
    #expect(bench.session.lastTurn?.reply == choice.replies[0].text)
    #expect(bench.session.turns.count == 2)
    #expect(
      example.revision?.content
        == .preference(
          prompt: [user("hi")], chosen: [reply(choice.replies[0].text)],
          rejected: [reply(choice.replies[1].text)]))
    #expect(example.revision?.origin == .preferred)
    #expect(bench.session.state.votes == nil)
    // The next two are others, also where neither was preferred.
    let next = try bench.choice()
    #expect(Set((choice.replies + next.replies).map(\.text)).count == 4)
    #expect(try bench.prefer(nil, of: next) == nil)
    #expect(try bench.choice().replies[0].text != next.replies[0].text)
    #expect(bench.session.examples.count == 1)
  }

  @Test func votesBetweenFoundationAndTunedAreCounted() throws {
    let folder = try TemporaryFolder()
    let model = ScriptedModel()
    let bench = try folder.workbench(model: model)
    #expect(throws: WorkbenchError.noAdapter) {
      try bench.choice("hi", againstFoundation: true)
    }
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    _ = try bench.tune(.steps(1))
    let choice = try bench.choice("hi", againstFoundation: true)
    #expect(choice.bursts == [nil, 1])
    #expect(Set(model.drawn.seeds).count == 1 && model.drawn.temperature == 0)
    try bench.prefer(1, of: choice)
    try bench.prefer(0, of: choice)
    try bench.prefer(nil, of: choice)
    let votes = try #require(bench.session.state.votes?.first)
    #expect([votes.burst, votes.tuned, votes.foundation, votes.neither] == [1, 1, 1, 1])
    #expect(bench.session.lastTurn?.burst == 1)
    bench.close()
    let again = try folder.reopen()
    #expect(again.session.state.votes == [votes])
    #expect(again.status.votes == [votes])
    #expect(try folder.read("work.json") == String(decoding: again.session.written, as: UTF8.self))
  }

  @Test func aBlindChoiceComesInAnyOrder() throws {
    let bench = try TemporaryFolder().workbench()
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    _ = try bench.tune(.steps(1))
    var orders: Set<[Int?]> = []
    for number in 0..<12 {
      let choice = try bench.choice("hi", againstFoundation: true, blind: true)
      // Asked again, the order is the same: it depends on the session alone.
      #expect(try bench.choice("hi", againstFoundation: true, blind: true) == choice)
      orders.insert(choice.bursts)
      _ = try bench.reply("\(number)")
    }
    #expect(orders == [[nil, 1], [1, nil]])
  }

  @Test func aConversationGoesOnFromThePreferredReply() throws {
    let model = ScriptedModel()
    let bench = try TemporaryFolder().workbench(model: model)
    try bench.setChat(true)
    _ = try bench.reply("one")
    let choice = try bench.choice("two")
    try bench.prefer(1, of: choice)
    #expect(
      bench.session.conversation.map(\.reply) == ["plain says one", choice.replies[1].text])
    _ = try bench.reply("three")
    #expect(
      model.asked[0].prompt.hasSuffix("assistant: \(choice.replies[1].text)\nuser: three\n"))
  }

  @Test(arguments: [
    #""attempt" : 0"#, #""attempt" : 9999999999"#,
  ])
  func countsOutOfRangeAreRefused(member: String) throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    _ = try bench.reply("hi")
    _ = try bench.retry()
    bench.close()
    let text = try folder.read("work.json")
    try folder.write(text.replacing(#""attempt" : 1"#, with: member), to: "work.json")
    #expect(throws: SessionError.self) { try folder.reopen() }
  }

  @Test func preferencesAndTheirRecipeSurviveReplay() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    var recipe = bench.session.recipe
    recipe.beta = 0.3
    try bench.setRecipe(recipe)
    _ = try bench.reply("hi")
    try bench.fix("Arr!")
    _ = try bench.tune(.steps(2))
    #expect(try folder.read("work.json").contains(#""beta" : 0.3"#))
    bench.close()
    let again = try folder.reopen()
    #expect(again.session.recipe.beta == 0.3 && again.session.bursts[0].recipe.beta == 0.3)
    var outcomes: [Replay.Outcome] = []
    try Replay(again.session, model: ScriptedModel()).run {
      outcomes.append($0)
      return true
    }
    #expect(outcomes.map(\.isSame) == [true, true])
  }
}
