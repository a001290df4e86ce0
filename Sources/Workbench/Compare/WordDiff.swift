/// What changed between two texts, word by word.
///
/// Joining the spans of one side gives that side's text back, byte for byte.
public struct WordDiff: Sendable, Equatable {
  /// What became of a span.
  public enum Kind: Sendable, Equatable {
    /// On both sides.
    case equal
    /// In the first text only.
    case removed
    /// In the second text only.
    case added
  }

  /// A run of text with one fate.
  public struct Span: Sendable, Equatable {
    /// What became of it.
    public var kind: Kind
    /// The text; never empty.
    public var text: String

    /// A span of `text`.
    public init(_ kind: Kind, _ text: String) {
      self.kind = kind
      self.text = text
    }
  }

  /// Both sides in one order: what is removed stands before what is added in its place.
  public let spans: [Span]

  /// The changes that turn `before` into `after`.
  ///
  /// Words are equal where their bytes are: two spellings of é that look alike are a change.
  public init(_ before: String, _ after: String) {
    let left = Words(before)
    let right = Words(after)
    var numbers: [[UInt8]: Int] = [:]
    func number(_ word: Words.Word) -> Int {
      let bytes = Array(word.text.utf8)
      if let known = numbers[bytes] { return known }
      numbers[bytes] = numbers.count
      return numbers.count - 1
    }
    let script = EditScript(left.words.map(number), right.words.map(number))
    var builder = SpanBuilder()
    var (i, j) = (0, 0)
    for match in script.matches {
      builder.change(left.words[i..<match.left], right.words[j..<match.right])
      builder.keep(left.words[match.left], right.words[match.right])
      (i, j) = (match.left + 1, match.right + 1)
    }
    builder.change(left.words[i...], right.words[j...])
    builder.end(left.tail, right.tail)
    spans = builder.spans
  }

  /// The first text: equal and removed spans.
  public var before: [Span] { spans.filter { $0.kind != .added } }
  /// The second text: equal and added spans.
  public var after: [Span] { spans.filter { $0.kind != .removed } }
  /// Whether the texts are equal, byte for byte.
  public var isEqual: Bool { spans.allSatisfy { $0.kind == .equal } }
}

/// Puts spans together: neighbours of one kind become one, and white space that both sides share stays unmarked.
private struct SpanBuilder {
  private(set) var spans: [WordDiff.Span] = []
  private var removed = ""
  private var added = ""

  mutating func change(_ left: ArraySlice<Words.Word>, _ right: ArraySlice<Words.Word>) {
    for word in left { removed += word.gap + word.text }
    for word in right { added += word.gap + word.text }
  }

  mutating func keep(_ left: Words.Word, _ right: Words.Word) {
    removed += left.gap
    added += right.gap
    flush()
    append(.equal, String(left.text))
  }

  mutating func end(_ left: Substring, _ right: Substring) {
    removed += left
    added += right
    flush()
  }

  private mutating func flush() {
    let (head, middle, tail) = sharedSpace()
    append(.equal, head)
    append(.removed, middle.removed)
    append(.added, middle.added)
    append(.equal, tail)
    removed = ""
    added = ""
  }

  private mutating func append(_ kind: WordDiff.Kind, _ text: String) {
    if text.utf8.isEmpty { return }
    if spans.last?.kind == kind {
      spans[spans.count - 1].text += text
    } else {
      spans.append(WordDiff.Span(kind, text))
    }
  }

  /// White space at both ends of a change that is the same on both sides.
  private func sharedSpace() -> (
    head: String, middle: (removed: String, added: String), tail: String
  ) {
    var left = removed.unicodeScalars[...]
    var right = added.unicodeScalars[...]
    var head = String.UnicodeScalarView()
    var tail = String.UnicodeScalarView()
    while let scalar = left.first, scalar == right.first, scalar.properties.isWhitespace {
      head.append(scalar)
      left.removeFirst()
      right.removeFirst()
    }
    while let scalar = left.last, scalar == right.last, scalar.properties.isWhitespace {
      tail.append(scalar)
      left.removeLast()
      right.removeLast()
    }
    return (
      String(head), (String(left), String(right)), String(String.UnicodeScalarView(tail.reversed()))
    )
  }
}
