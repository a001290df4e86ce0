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

  func add(_ new: NewExample) throws -> Example {
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
  func problem(_ content: ExampleContent) -> ItemError? {
    if content.isEmpty { return .empty }
    do throws(ItemError) {
      let item = try model.item(content, system: session.system)
      return item.trainedCount == 0 ? .nothingTrained : nil
    } catch {
      return error
    }
  }
}

extension Workbench {
  /// What an import did.
  public struct ImportReport: Sendable, Equatable {
    /// The new examples.
    public var added: IDList
    /// Lines that could not be read or used.
    public var bad: [BadLine]
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
    let added = new.isEmpty ? IDList() : try change { $0.addExamples(new, now: now()) }
    bad.sort { $0.number < $1.number }
    return ImportReport(added: added, bad: bad)
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
