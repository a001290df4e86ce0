import Engine

extension Workbench {
  /// How many turns a session keeps.
  private static let turnLimit = 200

  /// Replies to `prompt` under the session's system prompt (and after the conversation, with chat on), by the
  /// current adapter or the foundation. `onText` gets the text as it comes and answers whether to go on.
  public func reply(
    _ prompt: String, foundation: Bool = false, shouldStop: () -> Bool = { false },
    onText: (String) -> Bool = { _ in true }
  ) throws -> (turn: Turn, reply: Reply) {
    let weights = foundation ? nil : try currentWeights()
    let row = ReplyRow(
      prompt: try tokens(prompt).tokens, weights: weights, strength: session.state.strength)
    let replies = try model.generate(
      [row], sampling: session.sampling, shouldStop: shouldStop, onText: { onText($1) })
    let reply = replies[0]
    let turn = Turn(
      id: (session.turns.last?.id ?? 0) + 1, prompt: prompt, reply: reply.text,
      burst: weights == nil ? nil : session.current, strength: session.state.strength,
      stop: reply.stop,
      conversation: session.state.chat && !foundation ? session.state.conversationStart : nil,
      made: now())
    session.turns.append(turn)
    session.turns.removeFirst(max(0, session.turns.count - Workbench.turnLimit))
    persist()
    return (turn, reply)
  }

  /// The messages that `prompt` stands under: the system prompt, the conversation without its first
  /// `dropping` turns, and the prompt.
  func messages(_ prompt: String, dropping: Int = 0) -> [Message] {
    var messages = session.system.map { [Message(role: "system", content: $0)] } ?? []
    for turn in session.conversation.dropFirst(dropping) {
      messages.append(Message(role: "user", content: turn.prompt))
      messages.append(Message(role: "assistant", content: turn.reply))
    }
    messages.append(Message(role: "user", content: prompt))
    return messages
  }

  /// The prompt's tokens; whole oldest turns of a conversation give way where it outgrows the context.
  func tokens(_ prompt: String) throws -> (tokens: [Token], messages: [Message]) {
    if !model.hasTemplate, !saidRawText {
      saidRawText = true
      notices.append(.continuesRawText)
    }
    let turns = session.conversation.count
    // A reply needs room too, but a long `maxTokens` must not push the whole conversation out.
    let room = min(session.sampling.maxTokens, model.contextLength / 4)
    do throws(ItemError) {
      var dropped = 0
      var messages = messages(prompt)
      var tokens = try model.prompt(messages)
      while dropped < turns, tokens.count + room > model.contextLength {
        dropped += 1
        messages = self.messages(prompt, dropping: dropped)
        tokens = try model.prompt(messages)
      }
      guard !tokens.isEmpty else { throw ItemError.empty }
      guard tokens.count < model.contextLength else {
        throw ItemError.tooLong(tokens: tokens.count, limit: model.contextLength - 1)
      }
      if dropped > 0 { notices.append(.droppedTurns(dropped)) }
      return (tokens, messages)
    } catch {
      throw WorkbenchError.prompt(error)
    }
  }
}
