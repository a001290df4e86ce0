import Engine
import Workbench

extension Command {
  static let diff = Command(
    name: "diff", arguments: "[@BURST [@BURST]] [PROMPT]",
    summary: "Compare the replies before and after tuning.",
    details: """
      Changed words are marked. Both replies are drawn with the same random numbers, so that differences are the \
      adapter's. Side by side from \(DiffView.sideBySideColumns) columns on. One burst is compared with the one in \
      use, two with each other: @3, @NAME, @ for the one in use, @0 for the foundation. %3 is the third prompt of \
      /turns.
      Defaults: the foundation and the burst in use; the last prompt.
      Example: /diff Tell me about Paris.   or   /diff @3 @7 Tell me about Paris.
      """,
    group: .trying, completes: .reference, takesProse: true
  ) { words, console in
    let (sides, prompt) = try console.sides(words)
    try console.compare(prompt, sides)
    return .prompt
  }
}

extension Console {
  /// Asks two sides at once, and shows what differs.
  func compare(_ prompt: String, _ sides: Sides) throws {
    let comparison = try decoding(prompt, "comparing, token") { onText in
      try workbench.compare(
        prompt, sides.left, sides.right, shouldStop: { Interrupt.take() }, onText: onText)
    }
    try show(comparison)
  }

  /// Lets `work` decode rows that answer `prompt`, and shows that it goes on. Rows end by themselves; how long they get
  /// is not known.
  func decoding<Result>(
    _ prompt: String, _ unit: String, _ work: (_ onText: (Int, String) -> Bool) throws -> Result
  ) rethrows -> Result {
    lastAsked = prompt
    var pieces = 0
    defer { output.endProgress() }
    return try work { _, _ in
      pieces += 1
      if pieces % 8 == 1, output.screen.chatsAtTerminal, !output.screen.isDumb {
        output.progress(Progress(step: pieces, total: nil, unit: unit))
      }
      return !Interrupt.take()
    }
  }

  /// Shows both replies of a comparison, changed words marked; the reply alone where they are the same.
  func layOut(_ comparison: Comparison) {
    let diff = comparison.diff
    if diff.isEqual { return output.prose(sanitised(comparison.tuned)) }
    let names = [comparison.against, comparison.burst].map {
      $0.map { "burst \($0)" } ?? "foundation"
    }
    output.lines { page in
      DiffView(diff.spans, palette: page.palette)
        .lines(width: page.columns, left: names[0], right: names[1])
    }
  }

  /// Shows a comparison.
  func show(_ comparison: Comparison) throws {
    try output.answer(ComparisonReport(comparison)) { layOut(comparison) }
    let gauges = comparison.gauges
    if comparison.burst == nil, comparison.against == nil {
      output.note("The foundation is in use, so there is nothing to compare. `/tune` learns first.")
    } else if comparison.burst == comparison.against {
      output.note("Both sides are \(burstName(comparison.burst)), so there is nothing to compare.")
    } else if comparison.diff.isEqual {
      output.note("The two replies are the same.")
    } else {
      output.note(gauges.words)
    }
    if [comparison.foundationStop, comparison.tunedStop].contains(.interrupt) {
      output.note("(stopped; what was said is kept)")
    }
  }
}

private struct ComparisonReport: Encodable {
  struct Span: Encodable {
    var kind: String
    var text: String
  }
  var comparison: Int
  var prompt: String
  var against: Int?
  var foundation: String
  var tuned: String
  var burst: Int?
  var foundationStop: String
  var tunedStop: String
  var changedWords: Int
  var wordsBefore: Int
  var wordsAfter: Int
  var spans: [Span]

  init(_ comparison: Comparison) {
    self.comparison = comparison.id
    prompt = comparison.prompt
    against = comparison.against
    foundation = comparison.foundation
    tuned = comparison.tuned
    burst = comparison.burst
    foundationStop = comparison.foundationStop.rawValue
    tunedStop = comparison.tunedStop.rawValue
    changedWords = comparison.gauges.changedWords
    wordsBefore = comparison.gauges.wordsBefore
    wordsAfter = comparison.gauges.wordsAfter
    spans = comparison.diff.spans.map { Span(kind: "\($0.kind)", text: $0.text) }
  }
}
