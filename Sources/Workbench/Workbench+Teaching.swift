import Engine

// What a person makes of a reply.
extension Workbench {
  /// Makes an example of a turn (the last unless given) with the reply it should have had; where that is another one
  /// than it had, the example is a pair.
  @discardableResult
  public func fix(_ reply: String, turn: Int? = nil) throws -> Example {
    let turn = try self.turn(turn)
    return try add(example(of: turn, chosen: reply, rejected: turn.reply, origin: .fixed))
  }

  /// Makes an example of a turn (the last unless given) as it stands.
  @discardableResult
  public func good(turn: Int? = nil) throws -> Example {
    let turn = try self.turn(turn)
    return try add(example(of: turn, chosen: turn.reply, origin: .good))
  }

  /// Makes an example of a turn (the last unless given) as one that should not have been.
  @discardableResult
  public func bad(turn: Int? = nil) throws -> Example {
    let turn = try self.turn(turn)
    return try add(
      example(of: turn, origin: .bad) {
        .judged(prompt: $0, completion: [Self.answer(turn.reply)], good: false)
      })
  }

  /// An example of the turn's prompt and the reply it is to have, preferred to `rejected` where that is another one.
  func example(
    of turn: Turn, chosen: String, rejected: String? = nil, origin: Example.Origin
  ) throws -> NewExample {
    try example(of: turn, origin: origin) { prompt in
      guard let rejected, rejected != chosen, !rejected.utf8.isEmpty else {
        return .messages(prompt + [Self.answer(chosen)])
      }
      return .preference(
        prompt: prompt, chosen: [Self.answer(chosen)], rejected: [Self.answer(rejected)])
    }
  }

  /// An example of the turn's prompt, after as much of its conversation as the context holds.
  private func example(
    of turn: Turn, origin: Example.Origin, _ content: ([Message]) -> ExampleContent
  ) throws -> NewExample {
    var prompt = prompt(of: turn)
    while prompt.count > 1, case .tooLong? = problem(content(prompt)) { prompt.removeFirst(2) }
    return NewExample(content(prompt), origin: origin)
  }

  static func answer(_ text: String) -> Message {
    Message(role: "assistant", content: text)
  }

  /// The turn of that id; the last one where it is nil.
  public func turn(_ id: Int?) throws -> Turn {
    guard let last = session.lastTurn else { throw WorkbenchError.noReply }
    guard let id else { return last }
    guard let index = session.turns.position(id) else { throw WorkbenchError.noSuchTurn(id) }
    return session.turns[index]
  }

  /// A turn's prompt after the conversation it stood in. Earlier replies are not trained on: the person judged this
  /// one.
  func prompt(of turn: Turn) -> [Message] {
    let earlier = turn.conversation.map { session.turns(of: $0, before: turn.id) } ?? []
    return earlier.flatMap { turn in
      [
        Message(role: "user", content: turn.prompt),
        Message(role: "assistant", content: turn.reply, train: false),
      ]
    } + [Message(role: "user", content: turn.prompt)]
  }
}
