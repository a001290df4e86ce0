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
    var blocks = DiffBlocks()
    var (i, j) = (0, 0)
    for match in script.matches {
      blocks.change(left.words[i..<match.left], right.words[j..<match.right])
      blocks.keep(left.words[match.left], right.words[match.right])
      (i, j) = (match.left + 1, match.right + 1)
    }
    blocks.change(left.words[i...], right.words[j...])
    blocks.end(left.tail, right.tail)
    blocks.joinAcrossScraps()
    spans = blocks.spans
  }

  /// The first text: equal and removed spans.
  public var before: [Span] { spans.filter { $0.kind != .added } }
  /// The second text: equal and added spans.
  public var after: [Span] { spans.filter { $0.kind != .removed } }
  /// Whether the texts are equal, byte for byte.
  public var isEqual: Bool { spans.allSatisfy { $0.kind == .equal } }
}
