import Engine
import Workbench

extension Command {
  static let gauges = Command(
    name: "gauges", arguments: "[@BURST [@BURST]] [seeds=N] [suite=NAME | PROMPT]",
    summary: "Measure the style before and after, over seeds.",
    details: """
      Draws replies of each side and shows the mean of each gauge with its 95% interval; ▲ and ▼ mark a change that \
      its interval takes from zero. Where replies are greedy, these are drawn at temperature \
      \(Workbench.gaugeTemperature). A suite is one of /prompts. docs/looking.md says what each gauge counts.
      Defaults: the foundation and the burst in use; 8 seeds; the last prompt.
      Example: /gauges @3 @7 seeds=16 Tell me about Paris.
      """,
    group: .trying, completes: .reference, takesProse: true
  ) { words, console in
    let (sides, rest) = try console.sidesAndRest(words)
    var text = rest[...]
    var seeds = 8
    var suite: PromptSuite?
    while let word = Optional(text.prefix { !$0.isWhitespace }),
      let equals = word.firstIndex(of: "=")
    {
      let value = String(word[word.index(after: equals)...])
      switch word[..<equals] {
      case "seeds": seeds = try wholeNumber(value, what: "seeds", in: 1...64)
      case "suite": suite = try console.suite(value)
      default: break
      }
      guard ["seeds", "suite"].contains(word[..<equals]) else { break }
      text = text.dropFirst(word.count).drop(while: \.isWhitespace)
    }
    if let suite, !text.isEmpty {
      throw UsageError.surplus(sanitisedLine(suite.name + " " + text), usage: words.usage)
    }
    let prompts =
      try suite.map { $0.entries.filter { !$0.isConversation }.map(\.prompt) }
      ?? [try console.prompt(String(text), usage: words.usage)]
    if let suite, prompts.isEmpty { throw ShellError.emptySuite(path: suite.name) }
    if suite == nil { console.lastAsked = prompts[0] }
    defer { console.output.endProgress() }
    let report = try console.workbench.gauges(
      prompts, sides.left, sides.right, seeds: seeds, shouldStop: { Interrupt.take() },
      progress: { done, all in
        console.output.progress(Progress(step: done, total: all, unit: "reply"))
      })
    console.output.endProgress()
    guard let report else {
      console.output.note("Stopped before the first replies were done; nothing was measured.")
      return .prompt
    }
    try console.show(report, isWhole: report.samples == prompts.count * seeds)
    return .prompt
  }
}

extension Console {
  fileprivate func show(_ report: GaugeReport, isWhole: Bool) throws {
    try output.answer(GaugesJSON(report)) {
      let names = [report.left, report.right].map { $0.map { "burst \($0)" } ?? "foundation" }
      output.lines { report.laidOut(for: $0, names) }
    }
    output.note(
      "\(counted(report.samples, "reply", "replies")) a side at temperature "
        + "\(fixed(Double(report.sampling.temperature), places: 2)); mean and 95% interval"
        + (isWhole ? "" : " (stopped; the others were not drawn)"))
    if report.left == report.right {
      output.note("Both sides are \(burstName(report.left)), so there is nothing to compare.")
    }
  }
}

extension GaugeReport {
  /// A row a gauge with both sides' means; where the page is narrow, a row for each of them.
  fileprivate func laidOut(for page: Page, _ names: [String]) -> [String] {
    if let columns = page.columns, columns < 72 {
      return rows.flatMap { row in
        [page.palette.paint(row.gauge.title, .strong) + (row.mark.map { " " + $0 } ?? "")]
          + zip(names, [row.before, row.after]).map { name, interval in
            "  \(padded(name, to: 11))\(row.shown(interval))"
          }
      }
    }
    let table = rows.map {
      [$0.gauge.title, $0.shown($0.before), $0.shown($0.after)] + ($0.mark.map { [$0] } ?? [])
    }
    let lines = tableLines([[""] + names] + table, width: nil)
    return [page.palette.paint(lines[0], .strong)] + lines.dropFirst()
  }
}

private struct GaugesJSON: Encodable {
  struct Row: Encodable {
    var gauge: String
    var before: Interval?
    var after: Interval?
    var change: Interval?
  }
  var before: Int?
  var after: Int?
  var samples: Int
  var temperature: Float
  var seed: UInt64
  var gauges: [Row]

  init(_ report: GaugeReport) {
    before = report.left
    after = report.right
    samples = report.samples
    temperature = report.sampling.temperature
    seed = report.sampling.seed
    gauges = report.rows.map {
      Row(gauge: $0.gauge.rawValue, before: $0.before, after: $0.after, change: $0.change)
    }
  }
}
