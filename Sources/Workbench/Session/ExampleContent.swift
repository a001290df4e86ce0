public import Engine

/// What an example says, in one of the shapes that data files come in.
public enum ExampleContent: Sendable, Equatable {
  /// A conversation; its assistant turns are trained, those with `train: false` left out.
  case messages([Message])
  /// Raw text; all tokens but the first are trained.
  case text(String)
  /// Token ids and labels of equal count; a label of -100 is not trained.
  case tokens(ids: [Token], labels: [Token])
  /// Two answers to one prompt: the first is learnt, and learnt to be likelier than the second (DPO).
  case preference(prompt: [Message], chosen: [Message], rejected: [Message])
  /// An answer that was judged good, and is learnt, or bad, and becomes less likely.
  case judged(prompt: [Message], completion: [Message], good: Bool)

  /// Whether there is nothing in it to learn from: no text of an assistant, no text, no tokens.
  var isEmpty: Bool {
    switch self {
    case .messages(let messages): Self.isSilent(messages)
    case .text(let text): text.utf8.isEmpty
    case .tokens(let ids, _): ids.isEmpty
    case .preference(_, let chosen, let rejected): Self.isSilent(chosen) || rejected.isEmpty
    case .judged(_, let completion, _): Self.isSilent(completion)
    }
  }

  private static func isSilent(_ messages: [Message]) -> Bool {
    messages.allSatisfy { $0.role != "assistant" || $0.content.utf8.allSatisfy { $0 <= 0x20 } }
  }

  /// A user's line and the answer wanted.
  public static func pair(prompt: String, completion: String) -> ExampleContent {
    .messages([
      Message(role: "user", content: prompt), Message(role: "assistant", content: completion),
    ])
  }
}
