import Engine

extension TunableModel {
  /// The tokens after which the reply to `prompt` begins, and the messages that they say: the system prompt, `turns` and
  /// the prompt. Whole oldest turns give way where they outgrow the context; `dropped` counts them.
  func prompt(
    _ prompt: String, after turns: some Collection<Turn>, system: String?, maxTokens: Int
  ) throws -> (tokens: [Token], messages: [Message], dropped: Int) {
    // A reply needs room too, but a long `maxTokens` must not push the whole conversation out.
    let room = min(maxTokens, contextLength / 4)
    do throws(ItemError) {
      var dropped = 0
      var messages = conversation(prompt, after: turns, system: system)
      var tokens = try self.prompt(messages)
      while dropped < turns.count, tokens.count + room > contextLength {
        dropped += 1
        messages = conversation(prompt, after: turns.dropFirst(dropped), system: system)
        tokens = try self.prompt(messages)
      }
      guard !tokens.isEmpty else { throw ItemError.empty }
      guard tokens.count < contextLength else {
        throw ItemError.tooLong(tokens: tokens.count, limit: contextLength - 1)
      }
      return (tokens, messages, dropped)
    } catch {
      throw WorkbenchError.prompt(error)
    }
  }

  private func conversation(
    _ prompt: String, after turns: some Sequence<Turn>, system: String?
  ) -> [Message] {
    var messages = system.map { [Message(role: "system", content: $0)] } ?? []
    for turn in turns {
      messages.append(Message(role: "user", content: turn.prompt))
      messages.append(Message(role: "assistant", content: turn.reply))
    }
    messages.append(Message(role: "user", content: prompt))
    return messages
  }
}
