/// What changed between two texts, word by word.
///
/// Joining the spans of one side gives that side's text back, byte for byte.
public struct WordDiff: Sendable, Equatable {
  /// What became of a span.
  public enum Kind: Sendable, Equatable { case equal, removed, added }

  /// A run of text with one fate.
  public struct Span: Sendable, Equatable {
    /// What became of it.
    public var kind: Kind
    /// The text.
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
  public init(_ before: String, _ after: String) { fatalError("unfinished") }

  /// The first text: equal and removed spans.
  public var before: [Span] { spans.filter { $0.kind != .added } }
  /// The second text: equal and added spans.
  public var after: [Span] { spans.filter { $0.kind != .removed } }
  /// Whether the texts differ at all.
  public var isEqual: Bool { spans.allSatisfy { $0.kind == .equal } }
}
