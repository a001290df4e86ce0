/// Turns a stream of tokens into text, never emitting half a UTF-8 character.
public struct TextStream: Sendable {
  /// A stream over `tokenizer`'s vocabulary.
  public init(_ tokenizer: Tokenizer, special: Bool = false) { fatalError("stub") }
  /// Takes one more token; returns the text that is complete now (may be empty).
  public mutating func push(_ token: Token) -> String { fatalError("stub") }
  /// What is left at the end; broken UTF-8 becomes U+FFFD.
  public mutating func finish() -> String { fatalError("stub") }
}
