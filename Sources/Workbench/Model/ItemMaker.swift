public import Engine

/// Turns what an example says into tokens and which of them are trained, for one model.
public struct ItemMaker: Sendable {
  /// For `model`'s tokenizer, chat template and context.
  public init(_ model: Model) { fatalError("unfinished") }

  /// The training item of `content`. `system` is put before a conversation that has no system turn.
  public func item(_ content: ExampleContent, system: String? = nil) throws(ItemError)
    -> TrainingItem
  {
    fatalError("unfinished")
  }

  /// The tokens after which a reply to `messages` begins. Without a chat template: the last message's text,
  /// to be continued.
  public func prompt(_ messages: [Message]) throws(ItemError) -> [Token] {
    fatalError("unfinished")
  }
}

/// Why an example or a prompt cannot be turned into tokens.
public enum ItemError: Error, Equatable, CustomStringConvertible {
  /// Nothing in it is trained.
  case nothingTrained
  /// It is longer than the context.
  case tooLong(tokens: Int, limit: Int)
  /// It has no tokens.
  case empty
  /// The model has no tokenizer, so only `input_ids` work.
  case noTokenizer
  /// The model has no chat template that Attune can use, so a conversation cannot be rendered.
  case noTemplate(ChatTemplateError?)
  /// The template refuses the conversation.
  case template(ChatTemplateError)
  /// A token id lies outside the vocabulary.
  case unknownToken(Token, vocabulary: Int)
  /// Ids and labels differ in count.
  case lengths(ids: Int, labels: Int)
  /// Stored, but not trained by a burst.
  case notTrainable
  public var description: String { fatalError("unfinished") }
}
