import Engine
import Workbench

// Pairs and judgements are edited like conversations: their answers stand under roles of their own.
extension ExampleText {
  private enum Role {
    static let chosen = "chosen", rejected = "rejected", good = "good", bad = "bad"
  }

  /// The turns of a conversation, or of a prompt and the answers that were judged; nil for what has no such turns.
  static func turns(_ content: ExampleContent) -> [Message]? {
    func answer(_ role: String, _ messages: [Message]) -> Message? {
      guard messages.count == 1, messages[0].role == "assistant" else { return nil }
      return Message(role: role, content: messages[0].content)
    }
    switch content {
    case .messages(let messages): return messages
    case .preference(let prompt, let chosen, let rejected):
      guard let chosen = answer(Role.chosen, chosen),
        let rejected = answer(Role.rejected, rejected)
      else { return nil }
      return prompt + [chosen, rejected]
    case .judged(let prompt, let completion, let good):
      return answer(good ? Role.good : Role.bad, completion).map { prompt + [$0] }
    case .text, .tokens: return nil
    }
  }

  /// What such turns say. A pair of which one answer was taken out is what is left.
  static func content(_ turns: [Message]) -> ExampleContent {
    func answer(_ message: Message) -> [Message] {
      [Message(role: "assistant", content: message.content)]
    }
    guard let last = turns.last else { return .messages(turns) }
    let before = Array(turns.dropLast())
    switch (before.last?.role, last.role) {
    case (Role.chosen, Role.rejected):
      return .preference(
        prompt: before.dropLast(), chosen: answer(before[before.count - 1]), rejected: answer(last))
    case (_, Role.chosen): return .messages(before + answer(last))
    case (_, Role.rejected), (_, Role.bad):
      return .judged(prompt: before, completion: answer(last), good: false)
    case (_, Role.good): return .judged(prompt: before, completion: answer(last), good: true)
    default: return .messages(turns)
    }
  }

  /// `prompt => reply` on one line to edit, where the content is that simple.
  static func pair(_ content: ExampleContent) -> String? {
    guard let turns = turns(content), turns.count == (rejected(content) == nil ? 2 : 3),
      turns[0].role == "user", turns[1].role != "user", turns[1].role != "system"
    else { return nil }
    return turns.prefix(2).map { quoted($0.content) }.joined(separator: " => ")
  }

  /// A prompt and its reply in place of `original`, whose rejected or bad answer goes on being rejected.
  static func content(
    _ pair: (prompt: String, reply: String), insteadOf original: ExampleContent
  ) -> ExampleContent {
    let asked = [Message(role: "user", content: pair.prompt)]
    let reply = [Message(role: "assistant", content: pair.reply)]
    let rejected =
      if case .judged(_, let completion, false) = original { completion } else {
        rejected(original)
      }
    guard let rejected, rejected != reply else { return .messages(asked + reply) }
    return .preference(prompt: asked, chosen: reply, rejected: rejected)
  }

  private static func rejected(_ content: ExampleContent) -> [Message]? {
    if case .preference(_, _, let rejected) = content { rejected } else { nil }
  }
}
