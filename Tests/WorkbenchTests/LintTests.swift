import Engine
import Testing
import Workbench

@Suite struct LintTests {
  private func bench(_ folder: TemporaryFolder, _ contents: [ExampleContent]) throws -> Workbench {
    let bench = try folder.workbench()
    for content in contents { try bench.addExample(content) }
    return bench
  }

  private func pair(_ prompt: String, _ reply: String) -> ExampleContent {
    .pair(prompt: prompt, completion: reply)
  }

  /// The way by bytes finds what the way by `Words` does, whatever stands where.
  @Test func plainWordingsAreTheWords() {
    var random = SplitMix(seed: 5)
    let pieces = [
      "a", "Be", "7", "42", "_", "'", "’", ".", ",", "-", "!", " ", "  ", "\n", "\r\n", "\t", "É",
      "ß",
      "e\u{301}", "日", "本", "。", "\u{a0}", "🏴‍☠️", "٣", "İ", "\u{212a}",
    ]
    for count in 0..<3000 {
      let text = (0..<count % 13).map { _ in pieces[random.below(pieces.count)] }.joined()
      #expect(PlainWording.bytes(text) == PlainWording.byWords(text), "\(text.debugDescription)")
    }
    #expect(PlainWording.bytes("Don't PAY 1,000.50 — now!") == Array("don't pay 1,000.50 now".utf8))
  }

  @Test func wordsThatRepeatOrContradictAreFound() throws {
    let folder = try TemporaryFolder()
    let bench = try bench(
      folder,
      [
        pair("Who?", "Me."), pair("Who?", "Me."), pair("who", "ME!"), pair("Who ?", "You"),
        pair("What?", "This"), .text("This"), .text("that"), .text("This."),
      ])
    let found = WordLints.findings(bench.session.liveExamples)
    #expect(
      found == [
        .same([1, 2]), .nearlySame([1, 3]), .nearlySame([6, 8]), .contradiction([1, 4]),
      ])
    #expect(bench.quickFindings(about: IDList([4])) == [.contradiction([1, 4])])
    #expect(bench.quickFindings(about: IDList([5])).isEmpty)
    try bench.removeExamples([2, 3, 4])
    #expect(WordLints.findings(bench.session.liveExamples) == [.nearlySame([6, 8])])
  }

  @Test func anAnswerInAConversationIsReadWithWhatStandsBefore() throws {
    let folder = try TemporaryFolder()
    func conversation(_ first: String) -> ExampleContent {
      .messages([
        Message(role: "user", content: first),
        Message(role: "assistant", content: "ok", train: false),
        Message(role: "user", content: "more"), Message(role: "assistant", content: first + "!"),
      ])
    }
    let bench = try bench(folder, [conversation("a"), conversation("b")])
    #expect(WordLints.findings(bench.session.liveExamples).isEmpty)
  }

  @Test(arguments: [
    ([94, 94, 5, 10], [0, 0, 1, 1], [Finding.doubledBOS(1)]),
    ([94, 5, 6, 10], [0, 0, 1, 1], []),
    ([94, 5, 6, 7], [0, 0, 1, 1], [.endNotTrained(1)]),
    ([94, 5, 6, 10], [0, 0, 1, 0], [.endNotTrained(1)]),
    ([5, 6, 10, 7, 10], [0, 1, 1, 1, 1], [.endsEarly(1)]),
    ([5, 6, 10, 7, 8, 10], [0, 1, 1, 0, 1, 1], []),
    ([5, 6], [0, 0], [.emptyAnswer(1)]),
  ])
  func tokensAreRead(ids: [Token], trained: [Int], findings: [Finding]) {
    let item = TrainingItem(tokens: ids, trained: trained.map { $0 == 1 })
    let lints = TokenLints(ends: [10], bos: 94)
    #expect(lints.findings(1, .tokens(ids: ids, labels: ids), item) == findings)
    #expect(
      lints.findings(1, .text("x"), item)
        == findings.filter { [.doubledBOS(1), .emptyAnswer(1)].contains($0) })
  }

  @Test func examplesThatNoLongerFitAreFound() throws {
    let folder = try TemporaryFolder()
    let model = ScriptedModel()
    let bench = try folder.workbench(model: model)
    try bench.addExample(pair("a", String(repeating: "b", count: 100)))
    model.contextLength = 50
    let report = try bench.lint(quick: true)
    #expect(report.findings.map(\.kind) == ["tooLong"])
    #expect(report.findings[0].examples == [1])
  }

  @Test func pullsTellWhoFightsAndWhoAddsNothing() throws {
    let folder = try TemporaryFolder()
    let bench = try bench(
      folder,
      [
        pair("1", "da\n"), pair("2", "dA\n"), pair("3", "db\n"), pair("4", "eb\n"),
        pair("5", "xz\n"), pair("6", "da\n"),
      ])
    var told: [Int] = []
    let report = try bench.lint {
      told.append($0 * 10 + $1)
      return true
    }
    #expect(told == [16, 26, 36, 46, 56, 66])
    #expect(report.examples == 6 && report.pulled == 6)
    #expect(
      report.findings == [
        .fights(1, 2, cosine: -1), .fights(2, 6, cosine: -1), .alike(1, 6, cosine: 1),
        .alike(3, 4, cosine: 1), .addsNothing(5, loss: 0.01),
      ])
    #expect(try bench.lint(quick: true).findings.isEmpty)
    let stopped = try bench.lint { done, _ in done < 2 }
    #expect(stopped.pulled == 2 && stopped.findings == [.fights(1, 2, cosine: -1)])
  }

  @Test func aFeeblePullAddsNothing() {
    let strong = GradientSketch(loss: 2, norm: 10, numbers: [1, 0])
    let other = GradientSketch(loss: 2, norm: 8, numbers: [0, 1])
    let feeble = GradientSketch(loss: 0.2, norm: 0.1, numbers: [-1, 0])
    #expect(
      GradientLints.findings([1, 2, 3], [strong, other, feeble]) == [.addsNothing(3, loss: 0.2)])
    #expect(GradientLints.findings([], []).isEmpty)
  }

  @Test func theRenderedTextIsExact() throws {
    let folder = try TemporaryFolder()
    let bench = try bench(folder, [pair("hé", "yes\n")])
    try bench.setSystem("be kind")
    let rendered = try bench.render(1)
    #expect(rendered.text == "system: be kind\nuser: héassistant: yes\n")
    #expect(rendered.item.trainedCount == 4)
    #expect(throws: WorkbenchError.noSuchExample(2, last: 1)) { try bench.render(2) }
  }
}
