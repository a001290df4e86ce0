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
      prompt: try tokens(prompt, in: conversation).tokens, weights: weights,
      strength: session.state.strength)
    let replies = try model.generate(
      [row], sampling: session.sampling, shouldStop: shouldStop, onText: { onText($1) })
    let turn = keep(
      replies[0], to: prompt, burst: weights == nil ? nil : session.current,
      conversation: foundation ? nil : conversation, drawn: drawn(session.sampling))
    persist()
    return (turn, replies[0])
  }

  /// Makes a reply the last turn.
  func keep(
    _ reply: Reply, to prompt: String, burst: Int?, conversation: Int?, drawn: Turn.Drawn,
    attempt: Int? = nil, instead: Int? = nil
  ) -> Turn {
    let turn = Turn(
      id: (session.turns.last?.id ?? 0) + 1, prompt: prompt, reply: reply.text, burst: burst,
      strength: session.state.strength, stop: reply.stop, conversation: conversation,
      attempt: attempt, instead: instead, drawn: drawn, made: now())
    session.turns.append(turn)
    session.turns.removeFirst(max(0, session.turns.count - Workbench.turnLimit))
    return turn
  }

  /// What decides a reply of this moment besides its prompt and its adapter.
  func drawn(_ sampling: Sampling) -> Turn.Drawn {
    Turn.Drawn(
      sampling: sampling, system: session.system, conversation: conversation,
      kernels: model.kernels)
  }

  /// The first turn of the conversation that the next prompt continues; nil where prompts stand alone.
  var conversation: Int? { session.state.chat ? session.state.conversationStart : nil }

  /// The prompt's tokens after those of its conversation, where `replaced` and what came after it do not count; whole
  /// oldest turns give way where it outgrows the context.
  func tokens(_ prompt: String, instead replaced: Int? = nil, in conversation: Int?) throws -> (
    tokens: [Token], messages: [Message]
  ) {
    if !model.hasTemplate, !saidRawText {
      saidRawText = true
      notices.append(.continuesRawText)
    }
    let turns = conversation.map { session.turns(of: $0, before: replaced ?? .max) } ?? []
    let fitted = try model.prompt(
      prompt, after: turns[...], system: session.system, maxTokens: session.sampling.maxTokens)
    if fitted.dropped > 0 { notices.append(.droppedTurns(fitted.dropped)) }
    return (fitted.tokens, fitted.messages)
  }
}
