/// A model's chat format.
///
/// This is the seam for a full template engine: whoever renders a conversation asks this type alone.
public struct ChatTemplate: Sendable, Equatable {
  /// A family of formats that is recognised from the template's own text.
  public enum Family: String, Sendable, Equatable { case chatML, gemma }
  /// The family recognised.
  public let family: Family
  /// The template's own text, as in the model file.
  public let source: String

  /// Recognises `source`; throws, naming what was met, where it is neither ChatML nor Gemma.
  public init(source: String) throws(ChatTemplateError) { fatalError("stub") }

  /// The conversation's text, in pieces that are trained on or not. With `generationPrompt` it ends where the
  /// assistant is to speak. Throws for roles or orders the format refuses (Gemma: roles must alternate).
  public func render(_ messages: [Message], generationPrompt: Bool) throws(ChatTemplateError)
    -> RenderedChat
  { fatalError("stub") }
}

/// A rendered conversation: text in order, each piece trained on or not.
public struct RenderedChat: Sendable, Equatable {
  /// A run of text.
  public struct Piece: Sendable, Equatable {
    /// The text.
    public var text: String
    /// Whether its tokens are trained: an assistant turn's content and end-of-turn token.
    public var trained: Bool
  }
  /// The pieces in order.
  public var pieces: [Piece]
  /// The whole text.
  public var text: String { pieces.map(\.text).joined() }
  /// Token ids (special tokens parsed, no BOS added beyond the template's own) and which are trained.
  /// Encoded as one text; a token is trained where it starts inside a trained piece.
  public func tokens(_ tokenizer: Tokenizer) -> (ids: [Token], trained: [Bool]) { fatalError("stub") }
}

/// Why a conversation cannot be rendered.
public enum ChatTemplateError: Error, Equatable {
  case unknownTemplate(start: String)
}
