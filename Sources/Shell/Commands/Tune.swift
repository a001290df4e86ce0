import Engine
import Workbench

extension Command {
  static let tune = Command(
    name: "tune", arguments: "[STEPS | N epochs | N seconds] [SETTING=VALUE …]",
    summary: "Learn from the examples for some steps.",
    details: """
      20 steps unless said otherwise. Where no more than a batch of examples changed since the \
      burst in use, as few steps as those need, at twice the rate, with others replayed so that \
      they are kept. Ctrl-C stops after the step at hand and keeps what was learnt; /undo takes \
      the burst back. Settings hold for this burst; /set changes them for good.
      Example: /tune 40 learning-rate=3e-4
      """,
    group: .tuning, completes: .setting
  ) { words, console in
    let (length, recipe) = try console.burst(words)
    var tokens = 0
    let output = console.output
    var reportError: (any Error)?
    defer { output.endProgress() }
    let tell = { (progress: Workbench.Progress) in
      tokens += progress.report.tokens
      if output.isJSON {
        do { try output.json(progress.report) } catch { reportError = error }
      }
      output.progress(Progress(progress, tokens: tokens))
    }
    let workbench = console.workbench
    let burst =
      if let length {
        try workbench.tune(
          length, recipe: recipe, shouldStop: { Interrupt.take() }, report: tell)
      } else if workbench.correctable != nil {
        try workbench.correct(recipe: recipe, shouldStop: { Interrupt.take() }, report: tell)
      } else {
        try workbench.tune(
          .steps(20), recipe: recipe, shouldStop: { Interrupt.take() }, report: tell)
      }
    output.endProgress()
    if let reportError { throw reportError }
    guard let burst else {
      output.note("Stopped before the first step was done; nothing was changed.")
      return .prompt
    }
    try console.tell(burst)
    try console.probeAfterBurst()
    return .prompt
  }
}

extension Progress {
  /// A burst's progress, `tokens` done in all.
  fileprivate init(_ progress: Workbench.Progress, tokens: Int) {
    // A rate measured over less than this is noise.
    let isMeasured = progress.elapsed >= 0.5
    let left = progress.plannedSteps.map {
      progress.elapsed / Double(max(1, progress.losses.count))
        * Double(max(0, $0 - progress.losses.count))
    }
    self.init(
      step: progress.losses.count, total: progress.plannedSteps,
      losses: progress.losses, standing: progress.report.judged.map(\.standing),
      tokensPerSecond: isMeasured ? Double(tokens) / progress.elapsed : nil,
      secondsLeft: isMeasured ? left : nil)
  }
}

extension Console {
  /// How long to tune where that was said, and how.
  fileprivate func burst(_ words: Words) throws -> (BurstLength?, Recipe) {
    var values = Setting.Values(workbench.session)
    var length: BurstLength?
    var rest = words.all[...]
    while let word = rest.popFirst() {
      if let equals = word.firstIndex(of: "=") {
        let name = String(word[..<equals])
        let value = String(word[word.index(after: equals)...])
        if let unit = Unit(name) {
          length = try unit.length(value)
        } else {
          let setting = try Setting.named(name)
          guard setting.scope == .bursts || setting.name == "seed" else {
            throw UsageError.notForBursts(setting.name)
          }
          values = try setting.changing(values, to: value)
        }
      } else {
        guard length == nil else { throw UsageError.surplus(word, usage: words.usage) }
        let (number, unit) = Unit.split(word, next: rest.first)
        if unit.takesNext { rest.removeFirst() }
        length = try unit.unit.length(number)
      }
    }
    values.recipe.seed = values.seed
    return (length, values.recipe)
  }

  /// Says how a burst went.
  fileprivate func tell(_ burst: Burst) throws {
    let rate = burst.seconds > 0 ? Double(burst.tokens) / burst.seconds : 0
    let report = BurstReport(
      burst: burst.id, parent: burst.parent, steps: burst.steps, ending: burst.ending.rawValue,
      firstLoss: burst.losses.first, lastLoss: burst.losses.last, seconds: burst.seconds,
      tokensPerSecond: rate, correction: burst.correction, judged: burst.judged,
      skipped: burst.skipped,
      drift: burst.drift,
      deltaNorm: burst.deltaNorm, adapter: burst.hash)
    try output.answer(report) {
      let what =
        burst.correction.map { " for \($0.count == 1 ? "example" : "examples") \($0)" } ?? ""
      var text = "burst \(burst.id)\(what): loss \(burst.lossText) in \(burst.summary)"
      if burst.seconds >= 0.5 { text += ", \(short(rate)) tok/s" }
      if let drift = burst.drift { text += ", drift \(fixed(drift, places: 3))" }
      if let judged = burst.judged { text += ", \(judged.standing)" }
      output.prose(text)
    }
    if burst.ending == .stopped {
      output.note("Stopped; what was learnt is kept. `/undo` takes it back.")
    }
  }
}

/// What a burst's length is counted in.
private enum Unit {
  case steps, epochs, seconds

  init?(_ name: String) {
    switch name.lowercased() {
    case "step", "steps", "iters", "max-steps", "max_steps": self = .steps
    case "epoch", "epochs": self = .epochs
    case "second", "seconds", "sec", "s": self = .seconds
    default: return nil
    }
  }

  /// The number and the unit of `20`, `30s` or `3` with `epochs` as the next word.
  static func split(_ word: String, next: String?) -> (
    number: String, unit: (unit: Unit, takesNext: Bool)
  ) {
    if let unit = next.flatMap({ Unit($0) }) { return (word, (unit, true)) }
    let letters = String(word.reversed().prefix { $0.isLetter }.reversed())
    if let unit = Unit(letters), letters.count < word.count {
      return (String(word.dropLast(letters.count)), (unit, false))
    }
    return (word, (.steps, false))
  }

  func length(_ number: String) throws(UsageError) -> BurstLength {
    switch self {
    case .steps:
      return .steps(try wholeNumber(number, what: "The number of steps", in: 1...1_000_000))
    case .epochs:
      return .epochs(try wholeNumber(number, what: "The number of epochs", in: 1...100_000))
    case .seconds:
      guard let seconds = Double(number), seconds > 0, seconds.isFinite else {
        throw .notANumber(number, what: "The number of seconds", range: "above 0")
      }
      return .seconds(seconds)
    }
  }
}

private struct BurstReport: Encodable {
  var burst: Int
  var parent: Int?
  var steps: Int
  var ending: String
  var firstLoss: Double?
  var lastLoss: Double?
  var seconds: Double
  var tokensPerSecond: Double
  var correction: IDList?
  var judged: JudgedReport?
  var skipped: Int
  var drift: Double?
  var deltaNorm: Double
  var adapter: String
}

extension JudgedReport {
  /// How pairs and judgements stand, in a few words: `won 3/4, margin 2.1`.
  package var standing: String { "won \(won)/\(count), margin \(fixed(margin, places: 2))" }
}
