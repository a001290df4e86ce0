/// Text to token ids and back. Immutable once made, so every thread may use it.
public final class Tokenizer: Sendable {
  /// What the model file said.
  public let description: TokenizerDescription

  /// Builds the lookup tables. Throws where the file's kind or pre-tokenizer is not known, or a table is damaged.
  public init(_ description: TokenizerDescription) throws(TokenizerError) {
    self.description = description
  }

  /// How many entries the vocabulary has.
  public var count: Int { description.entries.count }

  /// Token ids of `text`. BOS is never added. With `special`, control and user-defined entries found in the
  /// text become their own token; without, they are plain text (user-defined entries excepted, as in llama.cpp).
  public func encode(_ text: String, special: Bool = false) -> [Token] { fatalError("stub") }

  /// Token ids as `encode(_:special:)` gives, and for each the offset in bytes of `text` where it starts.
  public func encodeWithOffsets(_ text: String, special: Bool) -> (ids: [Token], offsets: [Int]) {
    fatalError("stub")
  }

  /// The bytes of `ids`, as text that was encoded. Control tokens are left out unless `special`.
  public func decode(_ ids: [Token], special: Bool = false) -> [UInt8] { fatalError("stub") }

  /// The bytes one token stands for; empty for control tokens unless `special`.
  public func bytes(of id: Token, special: Bool = false) -> [UInt8] { fatalError("stub") }
}

/// Why a tokenizer could not be built.
public enum TokenizerError: Error, Equatable {
  case unsupported(preTokenizer: String)
}
