import Engine
import Testing
import Workbench

/// Probes over the scripted model: it says `plain says PROMPT`, tuned `tuned HASH says PROMPT`, unless told otherwise.
@Suite struct WorkbenchProbeTests {
  private let folder: TemporaryFolder
  private let model = ScriptedModel()
  private let bench: Workbench

  init() throws {
    folder = try TemporaryFolder()
    bench = try folder.workbench(model: model)
    try bench.addExample(.pair(prompt: "a", completion: "b"))
  }

  private func suite(_ lines: String...) -> PromptSuite {
    PromptSuite(path: "voice.jsonl", bytes: Array(lines.joined(separator: "\n").utf8))
  }

  private var mixed: PromptSuite {
    suite(
      #"{"prompt":"one","contains":"says one"}"#, #"{"prompt":"two","contains":"plain"}"#,
      #"{"prompt":"three","starts-with":"tuned"}"#, #"{"prompt":"four","contains":"never"}"#,
      #"{"prompt":"only a prompt"}"#)
  }

  @Test func theFoundationAloneIsAskedWithoutAnAdapter() throws {
    let run = try bench.probe(mixed)
    #expect(run.total == 4 && !run.isTuned && run.burst == nil)
    #expect(run.outcomes.map { $0.before.passes } == [true, true, false, false])
    #expect(run.outcomes.allSatisfy { $0.after == nil && $0.turn == nil })
    #expect(run.passed == 2 && !run.passes)
    #expect(run.outcomes[2].before.failures == ["does not start with “tuned”"])
    #expect(run.outcomes[2].before.reply == "plain says three")
    #expect(model.asked.map(\.tuned) == [false, false, false, false])
  }

  @Test func bothAnswerInOneBatchAndTheFoundationOnlyOnce() throws {
    _ = try bench.tune(.steps(1))
    let run = try bench.probe(mixed)
    #expect(model.asked.map(\.tuned) == [false, true, false, true, false, true, false, true])
    #expect(run.isTuned && run.burst == 1)
    #expect(run.outcomes.map(\.turn) == [nil, .broken, .mended, nil])
    #expect(run.passedBefore == 2 && run.passed == 2 && !run.passes)
    #expect(run.outcomes[1].verdict.failures == ["lacks “plain”"])
    _ = try bench.tune(.steps(1))
    let again = try bench.probe(mixed)
    #expect(model.asked.map(\.tuned) == [true, true, true, true])
    #expect(again.outcomes.map(\.before) == run.outcomes.map(\.before))
    #expect(again.outcomes.map(\.after) != run.outcomes.map(\.after))
    // Another model has other replies.
    try bench.checkout(nil)
    try bench.setModel(model)
    _ = try bench.probe(mixed)
    #expect(model.asked.map(\.tuned) == [false, false, false, false])
  }

  @Test func theFoundationCanBeAskedAlone() throws {
    _ = try bench.tune(.steps(1))
    let run = try bench.probe(mixed, foundationOnly: true)
    #expect(!run.isTuned && run.burst == nil)
    #expect(model.asked.allSatisfy { !$0.tuned })
  }

  @Test func whatMustBeUnchangedIsCheckedWithoutDecodingTheTunedReply() throws {
    let suite = suite(
      #"{"prompt":"same","unchanged":true}"#, #"{"prompt":"other","unchanged":true}"#,
      #"{"prompt":"near","unchanged":true,"contains":"says near"}"#)
    model.replies["same"] = "always"
    #expect(try bench.probe(suite).passed == 3)
    _ = try bench.tune(.steps(1))
    model.margin = 0.01
    var batches: [[Bool]] = []
    let run = try bench.probe(
      suite, progress: { _ in batches.append(self.model.asked.map(\.tuned)) })
    #expect(model.followed == 3)
    // The one that something else is expected of is decoded, the others are not.
    #expect(batches.first == [false, false, true])
    #expect(run.outcomes.map(\.verdict.passes) == [true, false, false])
    #expect(run.outcomes.allSatisfy { $0.before.passes })
    let divergence = try #require(run.outcomes[1].verdict.divergence)
    #expect(divergence.isNearTie && divergence.place == 0)
    #expect(run.outcomes[1].verdict.failures == ["\(divergence)"])
    #expect(run.outcomes[1].verdict.reply == nil)
    #expect(run.outcomes[2].verdict.reply?.hasSuffix("says near") == true)
  }

  @Test func perplexityIsThatOfEachModel() throws {
    let suite = suite(#"{"prompt":"p","perplexity":{"of":"an answer","at-most":5}}"#)
    // 2 nats a token, then 1.
    #expect(
      try bench.probe(suite).outcomes[0].verdict.failures
        == ["the perplexity of “an answer” is 7.39, at most 5.00 is wanted"])
    _ = try bench.tune(.steps(1))
    let run = try bench.probe(suite)
    #expect(run.outcomes[0].turn == .mended && run.outcomes[0].verdict.reply == nil)
  }

  @Test func systemConversationAndLengthAreTheProbes() throws {
    try bench.setSystem("Be kind.")
    let suite = suite(
      #"{"prompt":"p","contains":"p","max-tokens":7}"#,
      #"{"prompt":"q","system":"Be rude.","contains":"q","max-tokens":7}"#,
      #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}],"contains":"c","max-tokens":7}"#
    )
    try bench.setChat(true)
    _ = try bench.reply("earlier")
    #expect(try bench.probe(suite).passes)
    #expect(
      model.asked.map(\.prompt) == [
        "system: Be kind.\nuser: p\n", "system: Be rude.\nuser: q\n",
        "system: Be kind.\nuser: a\nassistant: b\nuser: c\n",
      ])
  }

  @Test func manyProbesAreAskedInBatchesAndEachIsReported() throws {
    _ = try bench.tune(.steps(1))
    let lines = (0..<37).map { #"{"prompt":"number \#($0)","contains":"says number \#($0)"}"# }
    let suite = PromptSuite(path: "many.jsonl", bytes: Array(lines.joined(separator: "\n").utf8))
    var done: [Int] = []
    let run = try bench.probe(suite, progress: { done.append($0.done) })
    #expect(run.outcomes.map(\.probe.line) == Array(1...37))
    #expect(run.passes)
    #expect(Set(done) == [0, 8, 16, 24, 32, 37])
    #expect(model.asked.count == 10)
  }

  @Test func anInterruptKeepsTheProbesThatWereDone() throws {
    let lines = (0..<40).map { #"{"prompt":"number \#($0)","contains":"number"}"# }
    let suite = PromptSuite(path: "many.jsonl", bytes: Array(lines.joined(separator: "\n").utf8))
    var asked = 0
    let run = try bench.probe(
      suite,
      shouldStop: {
        asked += 1
        return asked == 20
      })
    #expect(run.outcomes.count == 18 && run.total == 40)
    #expect(run.passed == 18 && !run.passes)
    // Half a run is no result.
    #expect(bench.session.probes.records.isEmpty)
  }

  @Test func aProbeThatCannotBeAskedFailsAlone() throws {
    let long = String(repeating: "x", count: 500)
    let run = try bench.probe(
      suite(
        #"{"prompt":"\#(long)","contains":"x"}"#, #"{"prompt":"ok","contains":"ok"}"#,
        #"{"prompt":"ok","perplexity":{"of":"\#(long)","at-most":5}}"#, #"{"prompt":"#))
    #expect(run.outcomes.map(\.verdict.passes) == [false, true, false])
    #expect(run.outcomes[0].verdict.failures[0].hasPrefix("cannot be asked: It has 507 tokens"))
    #expect(run.outcomes[2].verdict.failures[0].hasPrefix("has a reference that cannot be scored"))
    #expect(run.badLines == 1)
  }

  @Test func aSuiteWithALineThatCannotBeReadDoesNotPass() throws {
    let run = try bench.probe(suite(#"{"prompt":"ok","contains":"ok"}"#, #"{"prompt":"#))
    #expect(run.passed == run.total && !run.passes)
  }

  @Test func weightsOnTheirWayAreJudgedForTheirRowsAlone() throws {
    _ = try bench.tune(.steps(1))
    let weights = try #require(try bench.currentWeights())
    let verdicts = try #require(try bench.verdicts(mixed, of: weights))
    #expect(model.asked.map(\.tuned) == [true, true, true, true])
    #expect(verdicts.map(\.passes) == [true, false, true, false])
    #expect(bench.session.probes.records.isEmpty)
    #expect(try bench.verdicts(mixed, of: weights, shouldStop: { true }) == nil)
  }

  @Test func resultsAreKeptInTheSession() throws {
    _ = try bench.probe(mixed)
    _ = try bench.tune(.steps(1))
    _ = try bench.probe(mixed)
    _ = try bench.probe(mixed)
    try bench.setProbes("voice")
    let records = bench.session.probes.records
    #expect(records.map(\.burst) == [nil, 1])
    #expect(records.map(\.counts) == ["2/4", "2/4 → 2/4"])
    #expect(records[1].broken == ["two"] && records[1].mended == ["three"])
    #expect(records[1].strength == 1 && records[0].strength == nil)
    let text = try folder.read("work.json")
    bench.close()
    let again = try folder.reopen(model: model)
    #expect(again.session.probes == bench.session.probes)
    #expect(again.session.state.probes == "voice")
    try again.save()
    #expect(try folder.read("work.json") == text)
    #expect(Array(text.utf8) == again.session.written)
  }
}
