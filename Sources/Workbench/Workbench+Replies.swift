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
    let turn = keep(
      replies[0], to: prompt, burst: weights == nil ? nil : session.current,
      conversation: session.state.chat && !foundation ? session.state.conversationStart : nil)
    persist()
    return (turn, replies[0])
  }

  /// Makes a reply the last turn.
  func keep(
    _ reply: Reply, to prompt: String, burst: Int?, conversation: Int?, attempt: Int? = nil,
    instead: Int? = nil
  ) -> Turn {
    let turn = Turn(
      id: (session.turns.last?.id ?? 0) + 1, prompt: prompt, reply: reply.text, burst: burst,
      strength: session.state.strength, stop: reply.stop, conversation: conversation,
      attempt: attempt, instead: instead, made: now())
    session.turns.append(turn)
    session.turns.removeFirst(max(0, session.turns.count - Workbench.turnLimit))
    return turn
  }

  /// The messages that `prompt` stands under: the system prompt, the turns before it, and the prompt.
  func messages(_ prompt: String, after turns: some Sequence<Turn>) -> [Message] {
    var messages = session.system.map { [Message(role: "system", content: $0)] } ?? []
    for turn in turns {
      messages.append(Message(role: "user", content: turn.prompt))
      messages.append(Message(role: "assistant", content: turn.reply))
    }
    messages.append(Message(role: "user", content: prompt))
    return messages
  }

  /// The prompt's tokens, where `replaced` and what came after it do not count; whole oldest turns of a conversation
  /// give way where it outgrows the context.
  func tokens(_ prompt: String, instead replaced: Int? = nil) throws -> (
    tokens: [Token], messages: [Message]
  ) {
    if !model.hasTemplate, !saidRawText {
      saidRawText = true
      notices.append(.continuesRawText)
    }
    var turns = session.conversation[...]
    if let replaced {
      turns =
        session.state.chat
        ? session.turns(of: session.state.conversationStart, before: replaced)[...] : []
    }
    // A reply needs room too, but a long `maxTokens` must not push the whole conversation out.
    let room = min(session.sampling.maxTokens, model.contextLength / 4)
    do throws(ItemError) {
      let all = turns.count
      var messages = messages(prompt, after: turns)
      var tokens = try model.prompt(messages)
      while !turns.isEmpty, tokens.count + room > model.contextLength {
        turns.removeFirst()
        messages = self.messages(prompt, after: turns)
        tokens = try model.prompt(messages)
      }
      guard !tokens.isEmpty else { throw ItemError.empty }
      guard tokens.count < model.contextLength else {
        throw ItemError.tooLong(tokens: tokens.count, limit: model.contextLength - 1)
      }
      if turns.count < all { notices.append(.droppedTurns(all - turns.count)) }
      return (tokens, messages)
    } catch {
      throw WorkbenchError.prompt(error)
    }
  }
}
