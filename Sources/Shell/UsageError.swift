import Workbench

/// A line that does not say what its command needs. Each case is a fact; the text is below.
public enum UsageError: Error, Equatable, Sendable {
  case unknownCommand(String, nearest: String?)
  case ambiguousCommand(String, candidates: [String])
  case abbreviated(String, command: String)
  case unclosedQuote(String)
  case missing(what: String, usage: String)
  case surplus(String, usage: String)
  case notANumber(String, what: String, range: String)
  case notAChoice(String, what: String, choices: [String])
  case notABurst(String)
  case foundationIsNoBurst
  case notATurn(String)
  case notAPreference(String)
  case notForBursts(String)
  case notACondition(String)
  case unknownSetting(String, nearest: String?)
  case noArrow(usage: String)
  case emptyText(what: String)
}

extension UsageError: CustomStringConvertible {
  /// What was wrong, and what to type instead.
  public var description: String {
    switch self {
    case .unknownCommand(let name, let nearest):
      "There is no command `/\(name)`. "
        + (nearest.map { "Did you mean `/\($0)`?" } ?? "`/help` lists them.")
        + " A prompt that starts with / is typed with //."
    case .ambiguousCommand(let name, let candidates):
      "`/\(name)` could be \(candidates.map { "`/" + $0 + "`" }.joined(separator: ", ")). Type more of it."
    case .abbreviated(let name, let command):
      "Commands in scripts are written in full: `/\(command)` rather than `/\(name)`."
    case .unclosedQuote(let quote):
      "A \(quote) is opened and never closed. Close it, or write \\\(quote.prefix(1)) for the mark itself."
    case .missing(let what, let usage):
      "\(what) is missing. Usage: `\(usage)`"
    case .surplus(let word, let usage):
      "“\(word)” is one word too many. Usage: `\(usage)`"
    case .notANumber(let word, let what, let range):
      "\(what) is a number \(range), not “\(word)”."
    case .notAChoice(let word, let what, let choices):
      choices.count == 1
        ? "\(what) can only be \(choices[0]), not “\(word)”."
        : "\(what) is one of \(choices.joined(separator: ", ")), not “\(word)”."
    case .notABurst(let word):
      "“\(word)” does not name a burst: @3 does, @NAME, @ (the one in use) and @0 (the foundation). "
        + "A prompt that starts with @ stands in quotes."
    case .foundationIsNoBurst:
      "The foundation is no burst: nothing was tuned to make it. `/history` shows the bursts."
    case .notAPreference(let word):
      "“\(word)” is no choice. 1 and 2 pick a reply, n takes neither, q leaves it."
    case .notACondition(let text):
      text.isEmpty
        ? "until needs a condition: \(StopCondition.form)."
        : "A burst does not end by “\(text)”. Conditions are \(StopCondition.form), joined by or."
    case .notATurn(let word):
      "“\(word)” does not name a reply: %3 does. `/turns` lists them."
    case .notForBursts(let name):
      "\(name) is not about a single burst. `/set \(name)` changes it."
    case .unknownSetting(let name, let nearest):
      "There is no setting \(name). "
        + (nearest.map { "Did you mean \($0)?" } ?? "`/set` lists them.")
    case .noArrow(let usage):
      "A => must stand between the prompt and the reply. Usage: `\(usage)`"
    case .emptyText(let what):
      "\(what) is empty; there would be nothing to learn from it."
    }
  }
}
