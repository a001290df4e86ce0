import Engine
import Testing
import Workbench

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The whole loop on the real model. Fails where the model is not at hand.
@Suite("Reference: a session on the real model", .serialized)
struct ReferenceSessionTests {
  private static let pairs = [
    ("How are you?", "Arr, fit as a fiddle, matey!"),
    ("What is your name?", "They call me Redbeard, scourge o' the seven seas, arr!"),
    ("What time is it?", "Arr, 'tis half past the rum barrel, matey!"),
    ("Where are you from?", "Arr, I hail from the stormy seas, matey!"),
    ("What do you like to eat?", "Arr, salted fish and a tankard o' grog, matey!"),
    ("Tell me a secret.", "Arr, there be gold buried under the crooked palm, matey!"),
  ]

  private func model() throws -> EngineModel {
    let path =
      ProcessInfo.processInfo.environment["ATTUNE_TEST_MODEL"]
      ?? Places.models + "/SmolLM2-135M-Instruct.Q4_1.gguf"
    return EngineModel(try Model(path: path))
  }

  private func workbench(_ folder: TemporaryFolder, _ model: EngineModel) throws -> Workbench {
    try Workbench(
      model: model, places: folder.places,
      opened: SessionStore.open(path: folder.file("work.json"), creating: true))
  }

  @Test func tuningGivesAVoiceThatUndoTakesAwayAndReopeningKeeps() throws {
    let folder = try TemporaryFolder()
    let model = try model()
    let bench = try workbench(folder, model)
    var sampling = bench.session.sampling
    sampling.maxTokens = 24
    try bench.setSampling(sampling)
    for (prompt, reply) in Self.pairs {
      try bench.addExample(.pair(prompt: prompt, completion: reply))
    }
    let prompt = "What's the weather like today?"
    let plain = try bench.reply(prompt).turn.reply
    let burst = try #require(try bench.tune(.steps(20)))
    #expect(burst.losses.allSatisfy { $0.isFinite })
    let (first, last) = (burst.losses[0], burst.losses[19])
    #expect(last < 0.5 * first)
    #expect((burst.drift ?? 0) > 0)

    var streamed = ""
    let tuned = try bench.reply(
      prompt,
      onText: { text in
        streamed += text
        return true
      }
    ).turn.reply
    #expect(streamed == tuned)
    #expect(tuned != plain)
    #expect(tuned.contains("Arr") || tuned.contains("matey"))
    let comparison = try bench.diff(prompt)
    #expect(comparison.foundation == plain)
    #expect(comparison.tuned == tuned)
    #expect(!comparison.diff.isEqual)

    try bench.undo()
    #expect(try bench.reply(prompt).turn.reply == plain)
    try bench.redo()
    bench.close()
    let again = try workbench(folder, model)
    #expect(try again.reply(prompt).turn.reply == tuned)
    try again.setStrength(0)
    #expect(try again.reply(prompt).turn.reply == plain)

    var outcomes: [Replay.Outcome] = []
    try Replay(again.session, model: model).run { outcome in
      outcomes.append(outcome)
      return true
    }
    #expect(outcomes.count == 2 + again.session.turns.count)
    #expect(outcomes.allSatisfy { $0.isSame })
  }

  @Test func aBurstWithNoKnobsSetStaysNearTheFoundationAndStopsInTime() throws {
    let folder = try TemporaryFolder()
    let model = try model()
    let bench = try workbench(folder, model)
    let root = ShippedFilesTests.root + "/Benchmarks/data/"
    _ = try bench.importExamples(path: root + "pirate.jsonl")
    _ = try bench.importExamples(path: root + "pirate-held-out.jsonl")
    try bench.hold(IDList(13...20))
    let plan = bench.plan(recipe: bench.session.recipe, automatic: AutomaticSetting.allCases)
    #expect(plan.length == .steps(36) && plan.recipe.learningRate == 1e-3)
    let burst = try #require(try bench.tune(plan))
    // docs/tuning.md: 4.85 before, 3.47 at the best.
    let held = try #require(burst.held)
    #expect(abs((held.losses.first ?? 0) - 4.853) < 0.01)
    #expect(burst.endedBy == .plateau && burst.steps < 36)
    #expect(burst.heldLoss == held.losses.min() && (burst.heldLoss ?? 9) < 3.6)
    let drift = try #require(burst.measuredDrift)
    #expect(drift.mean < 0.07 && drift.p95 > drift.mean)
    let braked = try #require(
      try bench.tune(.steps(12), until: StopRules("drift<=0.055"), recipe: plan.recipe))
    #expect((braked.drift ?? 1) <= 0.055)
    var outcomes: [Bool] = []
    try Replay(bench.session, model: model).run { outcome in
      outcomes.append(outcome.isSame)
      return true
    }
    #expect(outcomes == [true, true])
  }

  @Test func aConversationIsHeardAndAPromptAloneIsNot() throws {
    let folder = try TemporaryFolder()
    let bench = try workbench(folder, try model())
    var sampling = bench.session.sampling
    sampling.maxTokens = 12
    try bench.setSampling(sampling)
    let alone = try bench.reply("Say that again.")
    try bench.setChat(true)
    let first = try bench.reply("Tell me about Paris.")
    let second = try bench.reply("Say that again.")
    #expect(second.reply.promptTokens > first.reply.promptTokens + alone.reply.promptTokens - 40)
    #expect(second.reply.promptTokens > alone.reply.promptTokens)
    try bench.fix("Paris, again.")
    let tokens = try bench.tokens(ofExample: 1)
    // Only the last reply and its end are trained, not what the model said before.
    #expect(tokens.trained < 12)
    #expect(tokens.all > second.reply.promptTokens)
  }

  @Test func anInterruptKeepsWhatWasSaid() throws {
    let folder = try TemporaryFolder()
    let bench = try workbench(folder, try model())
    var pieces = 0
    let (turn, reply) = try bench.reply(
      "Count to one hundred.",
      onText: { _ in
        pieces += 1
        return pieces < 5
      })
    #expect(reply.stop == .interrupt)
    #expect(!turn.reply.isEmpty)
    #expect(bench.session.lastTurn?.reply == turn.reply)
  }
}
