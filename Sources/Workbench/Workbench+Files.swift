public import Engine

extension Workbench {
  /// Writes the session (again) under its own name; a session in memory only, as a scratch session.
  public func save() throws {
    try requireWritable()
    if store == nil { startScratch() }
    notices.removeAll { $0.isFailure }
    persist()
    if let unsaved {
      notices.removeAll { $0.isFailure }
      throw unsaved
    }
    if store == nil { throw SessionError.notSaved(path: places.folder, reason: "no file was made") }
  }

  /// Goes on under another name, tensors copied; a scratch session is moved. Returns the path.
  @discardableResult
  public func save(as name: String, replacing: Bool = false) throws -> String {
    let path = try path(for: name)
    if let store, isSame(store.path, path) {
      try save()
      return store.path
    }
    let replaced = replacing ? try? SessionStore.peek(path: path) : nil
    let target = try SessionStore.create(path: path, replacing: replacing)
    try write(to: target)
    if let replaced { target.removeTensors(of: replaced.bursts, except: session.bursts) }
    if let store {
      if places.isScratch(store.path), !store.isReadOnly { store.removeAll(session) }
      store.close()
    }
    store = target
    unsaved = nil
    return path
  }

  /// Closes this session and goes on with one from disk, or, `creating`, with a new one where there is none.
  ///
  /// `load` is asked for the model of a session whose bursts belong to another one than is loaded; where it
  /// gives none, `WorkbenchError.otherModel` is thrown and this session stays.
  public func open(
    _ name: String, creating: Bool = false, readOnly: Bool = false,
    load: (ModelIdentity) throws -> (any TunableModel)? = { _ in nil }
  ) throws {
    if unsaved != nil { persist() }
    if let unsaved { throw unsaved }
    let path = try path(for: name)
    if let store, isSame(store.path, path), FileBytes.exists(path) { return }
    let opened = try SessionStore.open(path: path, readOnly: readOnly, creating: creating)
    let next = try Workbench.adopting(opened, model: model, places: places, load: load)
    store?.close()
    let told = notices
    become(next)
    notices = told + notices
  }

  /// Leaves this session and starts a new one that nobody named.
  public func startNew(unnamed: Unnamed) throws {
    if unsaved != nil { persist() }
    if let unsaved { throw unsaved }
    store?.close()
    become(Workbench(model: model, places: places, unnamed: unnamed, seed: session.seed))
  }

  /// Writes the current adapter as a PEFT folder.
  public func exportAdapter(to folder: String) throws {
    guard let weights = try currentWeights() else { throw WorkbenchError.noAdapter }
    try weights.write(peft: folder, baseModel: session.model?.path ?? model.path)
  }

  /// Scores a data file under the current adapter or the foundation: nats of each trained token of each item.
  public func score(
    path: String, foundation: Bool = false, progress: (Int) -> Bool = { _ in true }
  ) throws -> (data: TrainingData, nats: [[Float]]) {
    let data = try DataFile(path: path).items(system: session.system) {
      (content, system) throws(ItemError) in try model.item(content, system: system)
    }
    let nats = try model.score(
      data.items, weights: foundation ? nil : currentWeights(),
      strength: session.state.strength, progress: progress)
    return (data, nats)
  }
}

extension Workbench {
  private func path(for name: String) throws(SessionError) -> String {
    if let problem = places.problem(withName: name) { throw .badName(name, reason: problem) }
    return places.path(for: name)
  }

  private func isSame(_ first: String, _ second: String) -> Bool {
    FileBytes.resolved(first) == FileBytes.resolved(second)
  }

  private static func adopting(
    _ opened: OpenedSession, model: any TunableModel, places: SessionPlaces,
    load: (ModelIdentity) throws -> (any TunableModel)?
  ) throws -> Workbench {
    do {
      return try Workbench(model: model, places: places, opened: opened)
    } catch WorkbenchError.otherModel(let wanted, let loaded) {
      guard let other = try load(wanted) else {
        throw WorkbenchError.otherModel(session: wanted, loaded: loaded)
      }
      return try Workbench(model: other, places: places, opened: opened)
    }
  }

  private func become(_ next: Workbench) {
    model = next.model
    session = next.session
    store = next.store
    unnamed = next.unnamed
    adapters = next.adapters
    items = next.items
    notices = next.notices
    unsaved = nil
    saidRawText = false
  }

  /// Writes the whole session to another place; this one is unchanged where that fails.
  private func write(to target: SessionStore) throws {
    let before = session
    let shelf = adapters
    do throws(SessionError) {
      try writeAdapters(to: target)
      if let store { try target.copyTensors(of: session.bursts, from: store) }
      if session.model == nil { session.model = try? model.identity() }
      try target.save(session)
    } catch {
      session = before
      adapters = shelf
      target.close()
      throw error
    }
  }
}
