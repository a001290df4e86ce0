/// What was typed after a command's name: as words, or as the text it is.
///
/// Words are separated by white space. `"…"` and `'…'` keep spaces together; `"""…"""` keeps
/// newlines too, less the one after the opening and the one before the closing marks. Within
/// `"…"`, `\n` and `\t` are a newline and a tab; `\` takes the meaning from a quote, a space or
/// another `\`, and stands for itself before anything else.
public struct Words: Equatable, Sendable {
  /// How the command is used, for error messages.
  public let usage: String
  /// The text as typed, without white space at its ends.
  public let text: String
  private let words: [String]

  /// Splits `text`. Throws `UsageError.unclosedQuote`.
  public init(_ text: String, usage: String) throws(UsageError) {
    var scanner = Scanner(text)
    var words: [String] = []
    while let word = try scanner.word() { words.append(word) }
    self.words = words
    self.usage = usage
    self.text = trimmed(text)
  }

  /// Takes `text` as it is, for commands whose argument is prose: `What's new?` has no quotes.
  public init(prose text: String, usage: String) {
    words = []
    self.usage = usage
    self.text = trimmed(text)
  }

  /// How many words there are.
  public var count: Int { words.count }
  /// Whether nothing follows the command's name.
  public var isEmpty: Bool { text.isEmpty }
  /// All the words.
  public var all: [String] { words }

  /// The word at `index`, if there is one.
  public subscript(index: Int) -> String? {
    words.indices.contains(index) ? words[index] : nil
  }

  /// The word at `index`; `what` names it where it is missing.
  public func word(at index: Int, what: String) throws(UsageError) -> String {
    guard let word = self[index] else { throw .missing(what: what, usage: usage) }
    return word
  }

  /// A whole number within `range` at `index`, or `fallback` where nothing stands there.
  public func count(at index: Int, what: String, else fallback: Int, in range: ClosedRange<Int>)
    throws(UsageError) -> Int
  {
    guard let word = self[index] else { return fallback }
    return try wholeNumber(word, what: what, in: range)
  }

  /// Throws where there are more than `count` words.
  public func expect(atMost count: Int) throws(UsageError) {
    if let surplus = self[count] { throw .surplus(surplus, usage: usage) }
  }

  /// The text as prose: one pair of quotes around all of it is taken off.
  public func prose() throws(UsageError) -> String { try unquoted(text) }

  /// The two sides of `prompt => reply`, either of them quoted or not.
  public func pair() throws(UsageError) -> (prompt: String, reply: String) {
    guard let (left, right) = try splitAtArrow(text) else { throw .noArrow(usage: usage) }
    let prompt = try unquoted(left)
    let reply = try unquoted(right)
    if trimmed(prompt).isEmpty { throw .emptyText(what: "The prompt") }
    if trimmed(reply).isEmpty { throw .emptyText(what: "The reply") }
    return (prompt, reply)
  }
}

/// A whole number within `range`, or an error that says what it is and what it may be.
func wholeNumber(_ word: String, what: String, in range: ClosedRange<Int>) throws(UsageError) -> Int
{
  guard let number = Int(word), range.contains(number) else {
    let bounds =
      range.upperBound == .max
      ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    throw .notANumber(word, what: what, range: bounds)
  }
  return number
}

/// `text` without white space at its ends.
func trimmed(_ text: some StringProtocol) -> String {
  guard let first = text.firstIndex(where: { !$0.isWhitespace }),
    let last = text.lastIndex(where: { !$0.isWhitespace })
  else { return "" }
  return String(text[first...last])
}

/// `text` without the quotes around all of it; as it is where it has none.
private func unquoted(_ text: String) throws(UsageError) -> String {
  guard text.hasPrefix("\"") else { return text }
  var scanner = Scanner(text)
  guard let word = try scanner.word(), scanner.isAtEnd else { return text }
  return word
}

/// Splits at the first `=>` that stands outside the quotes a side starts with.
private func splitAtArrow(_ text: String) throws(UsageError) -> (String, String)? {
  var search = Substring(text)
  if text.hasPrefix("\"") {
    var scanner = Scanner(text)
    _ = try scanner.word()
    let rest = scanner.rest.drop { $0.isWhitespace }
    // `"Quoted" and more => …` is prose that happens to start with a quote.
    if rest.hasPrefix("=>") { search = rest }
  }
  var index = search.startIndex
  while index < search.endIndex {
    if search[index...].hasPrefix("=>") {
      return (trimmed(text[..<index]), trimmed(search[index...].dropFirst(2)))
    }
    index = search.index(after: index)
  }
  return nil
}

/// Reads words off the front of a text.
private struct Scanner {
  private(set) var rest: Substring

  init(_ text: String) { rest = Substring(text) }

  var isAtEnd: Bool { rest.allSatisfy(\.isWhitespace) }

  mutating func word() throws(UsageError) -> String? {
    rest = rest.drop { $0.isWhitespace }
    guard !rest.isEmpty else { return nil }
    var word = ""
    while let character = rest.first, !character.isWhitespace {
      if rest.hasPrefix(tripleQuote) {
        word += try block()
      } else if character == "\"" || character == "'" {
        word += try quoted(by: character)
      } else if character == "\\" {
        word += escape(within: nil)
      } else {
        word.append(rest.removeFirst())
      }
    }
    return word
  }

  private mutating func quoted(by quote: Character) throws(UsageError) -> String {
    rest.removeFirst()
    var text = ""
    while let character = rest.first {
      if character == quote {
        rest.removeFirst()
        return text
      }
      if character == "\\", quote == "\"" {
        text += escape(within: quote)
      } else {
        text.append(rest.removeFirst())
      }
    }
    throw .unclosedQuote(String(quote))
  }

  private mutating func block() throws(UsageError) -> String {
    rest = rest.dropFirst(3)
    var text = ""
    while !rest.isEmpty {
      if rest.hasPrefix(tripleQuote) {
        rest = rest.dropFirst(3)
        if text.hasPrefix("\n") { text.removeFirst() }
        if text.hasSuffix("\n") { text.removeLast() }
        return text
      }
      text.append(rest.removeFirst())
    }
    throw .unclosedQuote(tripleQuote)
  }

  private mutating func escape(within quote: Character?) -> String {
    rest.removeFirst()
    guard let next = rest.first else { return "\\" }
    switch next {
    case "n" where quote != nil:
      rest.removeFirst()
      return "\n"
    case "t" where quote != nil:
      rest.removeFirst()
      return "\t"
    case "\"", "\\":
      rest.removeFirst()
      return String(next)
    case "'", " ":
      guard quote == nil else { return "\\" }
      rest.removeFirst()
      return String(next)
    default: return "\\"
    }
  }
}
