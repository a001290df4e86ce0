/// Reads whole entries: a line, or several joined by `"""` or a `\` at a line's end.
///
/// A text between `"""` and `"""` keeps its newlines and everything in it. Outside, an odd number
/// of backslashes at the end of a line asks for another line, and the last one is dropped.
public struct EntryReader {
  /// The line the last entry began on, counted from 1.
  public private(set) var lineNumber = 0
  private var linesRead = 0
  /// Commands that were pasted in one go and wait for their turn.
  private var waiting: ArraySlice<String> = []
  private let source: any LineSource

  /// Reads entries from `source`.
  public init(_ source: any LineSource) { self.source = source }

  /// The next entry; its prompts are `prompt`, then `continuation` for the lines after the first.
  ///
  /// Input that ends within an entry gives the entry as far as it goes; Ctrl-C drops it.
  public mutating func next(prompt: String, continuation: String) -> Input {
    lineNumber = linesRead + 1
    var entry = ""
    var isFirst = true
    var isQuoted = false
    while true {
      switch nextLine(isFirst ? prompt : continuation) {
      case .interrupt:
        waiting = []
        return .interrupt
      case .endOfInput: return isFirst ? .endOfInput : .line(entry)
      case .line(let line):
        linesRead += 1
        entry += line
        isFirst = false
        if countTripleQuotes(line) % 2 == 1 { isQuoted.toggle() }
        if isQuoted {
          entry += "\n"
        } else if endsInContinuation(line) {
          entry.removeLast()
          entry += "\n"
        } else {
          return .line(entry)
        }
      }
    }
  }
}

extension EntryReader {
  /// The next line. A paste of several commands is taken apart, as one command cannot hold another;
  /// any other text of several lines is one line here.
  private mutating func nextLine(_ prompt: String) -> Input {
    if let line = waiting.popFirst() { return .line(line) }
    let input = source.next(prompt: prompt)
    guard source.isInteractive, case .line(let text) = input, text.contains("\n") else {
      return input
    }
    let lines = text.split(separator: "\n").map(String.init)
      .filter { !$0.allSatisfy(\.isWhitespace) }
    guard let first = lines.first, lines.allSatisfy({ $0.hasPrefix("/") && !$0.hasPrefix("//") })
    else { return input }
    waiting = lines.dropFirst()
    return .line(first)
  }
}

/// The three quotes that open and close a text of several lines.
let tripleQuote = "\"\"\""

private func countTripleQuotes(_ line: String) -> Int {
  var count = 0
  var rest = line.utf8[...]
  while let quote = rest.firstIndex(of: UInt8(ascii: "\"")) {
    rest = rest[quote...]
    let isTriple = rest.starts(with: tripleQuote.utf8)
    if isTriple { count += 1 }
    rest = rest.dropFirst(isTriple ? 3 : 1)
  }
  return count
}

private func endsInContinuation(_ line: String) -> Bool {
  line.utf8.reversed().prefix { $0 == UInt8(ascii: "\\") }.count % 2 == 1
}
