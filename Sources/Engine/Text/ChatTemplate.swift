/// A model's chat format.
///
/// This is the seam for a full template engine: who renders a conversation asks this type alone.
public struct ChatTemplate: Sendable, Equatable {
  /// A family of formats that is recognised from the template's own text.
  public enum Family: String, Sendable, Equatable { case chatML, gemma }
  /// The family recognised.
  public let family: Family
  /// The template's own text, as in the model file.
  public let source: String

  private let format: Format

  private enum Format: Sendable, Equatable {
    case chatML(ChatMLFormat)
    case gemma(GemmaFormat)
  }

  /// Recognises `source`; throws, naming what was met, where it is neither ChatML nor Gemma.
  ///
  /// `bosText` is what the template's `bos_token` stands for (`Tokenizer.bosText`).
  public init(source: String, bosText: String? = nil) throws(ChatTemplateError) {
    self.source = source
    if source.contains("<|im_start|>") {
      family = .chatML
      format = .chatML(try ChatMLFormat(source, bosText: bosText))
    } else if source.contains("<start_of_turn>"), source.contains("<end_of_turn>") {
      family = .gemma
      format = .gemma(GemmaFormat(source, bosText: bosText))
    } else if let family = ChatTemplateError.foreignFamily(of: source) {
      throw .unsupportedTemplate(family: family)
    } else {
      throw .unknownTemplate(start: String(source.prefix(60)))
    }
  }

  /// The conversation's text, in pieces that are trained on or not. With `generationPrompt` it ends
  /// where the assistant is to speak. Throws for roles or orders the format refuses (Gemma: roles
  /// must alternate).
  public func render(_ messages: [Message], generationPrompt: Bool) throws(ChatTemplateError)
    -> RenderedChat
  {
    switch format {
    case .chatML(let format): try format.render(messages, generationPrompt: generationPrompt)
    case .gemma(let format): try format.render(messages, generationPrompt: generationPrompt)
    }
  }
}
