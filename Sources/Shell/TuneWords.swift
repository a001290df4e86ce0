import Engine
import Workbench

/// What was typed after `/tune`.
struct TuneWords {
  /// How long, where that was said.
  private(set) var length: BurstLength?
  /// What ends it before, where that was said.
  private(set) var until: StopRules?
  /// The session's settings with those of this burst.
  private(set) var values: Setting.Values

  /// Whether neither length nor end was said.
  var isOpen: Bool { length == nil && until == nil }

  /// Reads `20`, `30s`, `3 epochs`, `until COND or COND …`, `drift<=0.05` and `setting=value`, in any order.
  init(_ words: Words, _ session: Session) throws {
    values = Setting.Values(session)
    var rest = words.all[...]
    while let word = rest.popFirst() {
      if word.lowercased() == "until" {
        // The rules go on as long as an `or` or a second word of one does.
        let rules = rest.prefix { !$0.contains("=") || $0.contains("<") }
        rest = rest.dropFirst(rules.count)
        try add(Self.rules(rules.joined(separator: " ")))
      } else if word.contains("<") {
        try add(Self.rules(word))
      } else if let equals = word.firstIndex(of: "=") {
        try set(String(word[..<equals]), String(word[word.index(after: equals)...]))
      } else {
        guard length == nil else { throw UsageError.surplus(word, usage: words.usage) }
        let (number, unit) = Unit.split(word, next: rest.first)
        if unit.takesNext { rest.removeFirst() }
        length = try unit.unit.length(number)
      }
    }
    values.recipe.seed = values.seed
  }

  private mutating func add(_ rules: StopRules) {
    until = rules.conditions.reduce(until ?? StopRules([])) { $0.adding($1) }
  }

  private static func rules(_ text: String) throws(UsageError) -> StopRules {
    guard let rules = StopRules(text) else { throw .notACondition(text) }
    return rules
  }

  private mutating func set(_ name: String, _ value: String) throws {
    if let unit = Unit(name) {
      length = try unit.length(value)
      return
    }
    let setting = try Setting.named(name)
    guard setting.scope == .bursts || setting.name == "seed" else {
      throw UsageError.notForBursts(setting.name)
    }
    values = try setting.changing(values, to: value)
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
