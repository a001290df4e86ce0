import Engine

extension Workbench {
  /// Adds an example; refuses an empty or too long one.
  @discardableResult
  public func addExample(_ content: ExampleContent) throws -> Example {
    try add(NewExample(content, origin: .added))
  }

  /// Gives an example a new wording.
  @discardableResult
  public func editExample(_ id: Int, _ content: ExampleContent) throws -> Example {
    try requireWritable()
    let example = try liveExample(id)
    try check(content)
    let new = NewExample(content, extra: example.revision?.extra ?? [:], origin: .edited)
    _ = try change { $0.editExample(id, to: new, now: now()) }
    return try liveExample(id)
  }

  /// Removes examples, as one change.
  public func removeExamples(_ ids: [Int]) throws {
    try requireWritable()
    for id in ids { _ = try liveExample(id) }
    try change { $0.removeExamples(ids) }
  }

  /// Makes an example of a turn (the last unless given) with the reply it should have had.
  @discardableResult
  public func fix(_ reply: String, turn: Int? = nil) throws -> Example {
    try add(try example(of: turn, replying: reply, origin: .fixed))
  }

  /// Makes an example of a turn (the last unless given) as it stands.
  @discardableResult
  public func good(turn: Int? = nil) throws -> Example {
    try add(try example(of: turn, replying: nil, origin: .good))
  }

  /// How many tokens an example has and how many of them are trained.
  public func tokens(ofExample id: Int) throws -> (all: Int, trained: Int) {
    let example = try liveExample(id)
    guard let revision = example.revision else { return (0, 0) }
    do throws(ItemError) {
      let item = try items.item(example, revision, system: session.system, model: model)
      return (item.tokens.count, item.trainedCount)
    } catch {
      throw WorkbenchError.example(id, error)
    }
  }

  private func add(_ new: NewExample) throws -> Example {
    try requireWritable()
    try check(new.content)
    let ids = try change { $0.addExamples([new], now: now()) }
    return try liveExample(ids.ids[0])
  }

  func liveExample(_ id: Int) throws -> Example {
    guard let example = session.example(id), example.current != nil else {
      throw WorkbenchError.noSuchExample(id, last: session.examples.last?.id ?? 0)
    }
    return example
  }

  private func check(_ content: ExampleContent) throws {
    if let problem = problem(content) { throw WorkbenchError.newExample(problem) }
  }

  /// Why `content` cannot be an example; nil where it can.
  private func problem(_ content: ExampleContent) -> ItemError? {
    guard content.isTrainable else { return nil }
    if content.isEmpty { return .empty }
    do throws(ItemError) {
      let item = try model.item(content, system: session.system)
      return item.trainedCount == 0 ? .nothingTrained : nil
    } catch {
      return error
    }
  }

  /// A turn with the reply it is to have, after as much of its conversation as the context holds.
  private func example(of turn: Int?, replying reply: String?, origin: Example.Origin) throws
    -> NewExample
  {
    var messages = try messages(of: turn, replying: reply)
    while messages.count > 2, case .tooLong? = problem(.messages(messages)) {
      messages.removeFirst(2)
    }
    return NewExample(.messages(messages), origin: origin)
  }

  /// The conversation a turn stood in, with the reply it is to have. Earlier replies are not trained on: the
  /// person judged this one.
  func messages(of turn: Int?, replying reply: String?) throws -> [Message] {
    guard let last = session.lastTurn else { throw WorkbenchError.noReply }
    let id = turn ?? last.id
    guard let index = session.turns.position(id) else { throw WorkbenchError.noSuchTurn(id) }
    let turn = session.turns[index]
    var messages: [Message] = []
    if let conversation = turn.conversation {
      for earlier in session.turns[..<index] where earlier.conversation == conversation {
        messages.append(Message(role: "user", content: earlier.prompt))
        messages.append(Message(role: "assistant", content: earlier.reply, train: false))
      }
    }
    messages.append(Message(role: "user", content: turn.prompt))
    messages.append(Message(role: "assistant", content: reply ?? turn.reply))
    return messages
  }
}

extension Workbench {
  /// What an import did.
  public struct ImportReport: Sendable, Equatable {
    /// The new examples.
    public var added: IDList
    /// Lines that could not be read or used.
    public var bad: [BadLine]
    /// How many of the new ones are stored but not trained (preferences, judgements).
    public var storedOnly: Int
  }

  /// Adds a data file's good lines as one change and reports the bad ones.
  public func importExamples(path: String) throws -> ImportReport {
    try requireWritable()
    let file = try DataFile(path: path)
    var bad = file.bad
    var new: [NewExample] = []
    for line in file.lines {
      if let problem = problem(line.content) {
        bad.append(BadLine(number: line.number, problem: problem.description))
      } else {
        new.append(NewExample(line.content, extra: line.extra, origin: .imported))
      }
    }
    let storedOnly = new.count { !$0.content.isTrainable }
    let added = new.isEmpty ? IDList() : try change { $0.addExamples(new, now: now()) }
    bad.sort { $0.number < $1.number }
    return ImportReport(added: added, bad: bad, storedOnly: storedOnly)
  }

  /// Writes the live examples as JSON Lines; returns how many.
  public func exportExamples(path: String) throws -> Int {
    do throws(FileError) {
      try DurableFile.write(DataExport.lines(session.examples), to: path)
    } catch {
      throw DataError.unwritable(path: path, reason: SessionStore.reason(error))
    }
    return session.liveExamples.count
  }
}
