import Engine

/// The one object a shell holds: a model, a session, and the session's place on disk.
///
/// Every change is applied in memory first and then written. Where writing fails the change stands, a notice
/// says so, and the next change or `save` tries again. Not for more than one thread.
public final class Workbench {
  /// How a session without a name is kept.
  public enum Unnamed: Sendable {
    /// In a dated file of the sessions folder, from the first change on.
    case scratch
    /// Not at all.
    case memory
  }

  /// The model.
  public internal(set) var model: any TunableModel
  /// What is worked on.
  public internal(set) var session: Session
  /// The session's place; nil where it is in memory only, or unnamed and nothing was changed yet.
  public internal(set) var store: SessionStore?
  /// Where sessions are kept.
  public let places: SessionPlaces
  /// What could not be written yet.
  public internal(set) var unsaved: SessionError?
  /// How long a burst runs before its first checkpoint, and from one to the next, in seconds.
  package var checkpointInterval = 10.0
  /// What dates are taken from.
  package var now: () -> Timestamp = { Timestamp.now() }

  var unnamed: Unnamed
  var notices: [Notice] = []
  var saidRawText = false
  var adapters = AdapterShelf()
  var items = ItemShelf()
  var foundationReplies = FoundationReplies()

  /// A new session that nobody named.
  public init(model: any TunableModel, places: SessionPlaces, unnamed: Unnamed, seed: UInt64 = 1) {
    self.model = model
    self.places = places
    self.unnamed = unnamed
    session = Session(seed: seed)
  }

  /// A session that was opened from disk, or a new one at a place on disk. Throws where its bursts belong to
  /// another model.
  public init(model: any TunableModel, places: SessionPlaces, opened: OpenedSession) throws {
    self.model = model
    self.places = places
    unnamed = .memory
    session = opened.session
    store = opened.store
    notices = opened.notices
    try adopt(model)
  }

  /// What a person should be told since the last call, in order.
  public func takeNotices() -> [Notice] {
    defer { notices = [] }
    return notices
  }

  /// Writes what is unwritten and gives the lock back. Nothing can be written afterwards.
  public func close() {
    if unsaved != nil { persist() }
    store?.close()
  }
}

extension Workbench {
  /// Throws where nothing may be changed.
  func requireWritable() throws(SessionError) {
    if let store, store.isReadOnly { throw .readOnly(path: store.path) }
  }

  /// Changes the session and writes it; refuses where the session was opened for reading only.
  func change<Result>(_ body: (inout Session) throws -> Result) throws -> Result {
    try requireWritable()
    let result = try body(&session)
    persist()
    return result
  }

  /// Writes unwritten tensors, then the session. A failure becomes a notice and is tried again next time.
  func persist() {
    // Settings alone, such as those of the person's configuration, are no session to keep.
    if store == nil, unnamed == .scratch, session.holdsWork { startScratch() }
    guard let store, !store.isReadOnly else { return }
    if session.model == nil { session.model = try? model.identity() }
    do throws(SessionError) {
      try writeAdapters(to: store)
      try store.save(session)
      unsaved = nil
    } catch {
      unsaved = error
      notices.removeAll { $0 == .notSaved(error) }
      notices.append(.notSaved(error))
    }
  }

  /// Writes the tensors of bursts whose files are still missing.
  func writeAdapters(to store: SessionStore) throws(SessionError) {
    for id in adapters.unwritten {
      guard let index = session.bursts.position(id), let weights = adapters.held[id] else {
        continue
      }
      try store.write(weights, of: &session.bursts[index])
      adapters.markWritten(id)
    }
  }

  /// Gives a session without a name its place on disk.
  func startScratch() {
    // Another process may take the same name between the look and the lock.
    for _ in 0..<20 {
      do throws(SessionError) {
        let created = try SessionStore.create(path: places.scratchPath(now: now()))
        store = created
        notices.append(.scratch(path: created.path))
        return
      } catch .exists, .locked {
        continue
      } catch {
        unnamed = .memory
        notices.append(.memoryOnly(reason: SessionStore.reason(error)))
        return
      }
    }
  }

  /// Checks that the session's bursts were made on `model`.
  func adopt(_ model: any TunableModel) throws {
    guard let made = session.model else { return }
    if session.bursts.isEmpty {
      // Without bursts any model will do; say so where it is another one.
      guard made.size != model.size || made.path != model.path else { return }
      let loaded = try model.identity()
      if loaded.sha256 != made.sha256 { notices.append(.otherModel(made.path)) }
      session.model = loaded
    } else {
      let loaded = try model.identity()
      guard loaded.sha256 == made.sha256 else {
        throw WorkbenchError.otherModel(session: made, loaded: loaded)
      }
    }
  }

  /// The adapter of the current burst; nil is the foundation.
  package func currentWeights() throws -> (any TunedWeights)? {
    try session.current.map { try weights(of: $0) }
  }

  /// The adapter of a burst, from memory or from its file.
  func weights(of id: Int) throws -> any TunedWeights {
    if let held = adapters.take(id) { return held }
    guard let burst = session.burst(id) else {
      throw WorkbenchError.noSuchBurst(id, last: session.bursts.last?.id ?? 0)
    }
    guard let store, let adapter = burst.adapter, let optimiser = burst.optimiser else {
      throw SessionError.tensors(burst: id, reason: "it is not on disk any more")
    }
    let weights: any TunedWeights
    do {
      weights = try model.read(
        adapter: store.file(adapter), optimiser: store.file(optimiser), recipe: burst.recipe)
    } catch {
      throw SessionError.tensors(burst: id, reason: SessionStore.reason(error))
    }
    guard weights.hash == burst.hash else {
      throw SessionError.tensors(
        burst: id, reason: "\(store.file(adapter)) is not the file that the burst wrote")
    }
    adapters.hold(weights, of: id)
    return weights
  }
}
