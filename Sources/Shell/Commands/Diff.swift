import Engine
import Workbench

extension Command {
  static let diff = Command(
    name: "diff", arguments: "[PROMPT]",
    summary: "Compare the replies before and after tuning.",
    details: """
      Changed words are marked. Both replies are drawn with the same random numbers, so that differences are the adapter's. Without \
      a prompt, the last one is asked. Side by side from \(DiffView.sideBySideColumns) columns on.
      Example: /diff Tell me about Paris.
      """,
    group: .trying, takesProse: true
  ) { words, console in
    try console.compare(words.isEmpty ? try console.lastPrompt() : try words.prose())
    return .prompt
  }
}

extension Console {
  /// Asks the foundation and the tuned model at once, and shows what differs.
  func compare(_ prompt: String) throws {
    var pieces = 0
    defer { output.endProgress() }
    // Rows end by themselves; how long they get is not known.
    let comparison = try comparison(prompt) {
      pieces += 1
      if pieces % 8 == 1, output.screen.chatsAtTerminal, !output.screen.isDumb {
        output.progress(Progress(step: pieces, total: nil, unit: "comparing, token"))
      }
    }
    output.endProgress()
    try show(comparison)
  }

  /// Shows a comparison.
  func show(_ comparison: Comparison) throws {
    try output.answer(ComparisonReport(comparison)) {
      let diff = comparison.diff
      if diff.isEqual {
        output.prose(sanitised(comparison.tuned))
      } else {
        let tuned = burstName(comparison.burst)
        let view = DiffView(diff.spans, palette: output.palette)
        for line in view.lines(width: output.width, left: "foundation", right: tuned) {
          output.line(line)
        }
      }
    }
    let gauges = comparison.gauges
    if comparison.burst == nil {
      output.note("The foundation is in use, so there is nothing to compare. `/tune` learns first.")
    } else if comparison.diff.isEqual {
      output.note("The two replies are the same.")
    } else {
      output.note(
        "\(counted(gauges.changedWords, "word")) changed: \(gauges.wordsBefore) before, "
          + "\(gauges.wordsAfter) after")
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
