public import Engine

/// One session's file and tensors folder, held open by a lock.
///
/// What is on disk is whole at every instant: each file is renamed into place, a burst's tensors before the
/// JSON that names them, and a tensor file's name carries its hash, so none is ever written over.
public final class SessionStore {
  /// A write, for tests that make it fail.
  package enum WriteStep: Sendable, Equatable {
    case adapter, optimiser, checkpoint, session
    case removal
  }

  /// The JSON file.
  public let path: String
  /// Whether changes may not be written.
  public var isReadOnly: Bool { lock == nil }
  /// Called before each write; what it throws, the write throws.
  package var beforeWrite: (WriteStep) throws(SessionError) -> Void = { _ throws(SessionError) in }
  private let lock: SessionLock?
  // The size of the file as it was read or written last, in bytes.
  private var lastSize = 0

  private init(path: String, lock: SessionLock?) {
    self.path = path
    self.lock = lock
  }

  /// Opens the session at `path`. Takes the lock unless `readOnly`, or the file or its folder cannot be written.
  ///
  /// A burst whose process died is brought back from its checkpoint. Of a damaged session, what can still be
  /// read is written to a copy beside it, which the error names. Where there is no such file, `creating` makes
  /// a new session there; its file is written at its first change.
  public static func open(path: String, readOnly: Bool = false, creating: Bool = false)
    throws(SessionError) -> OpenedSession
  {
    if creating, !FileBytes.exists(path) {
      return OpenedSession(session: Session(), store: try create(path: path), notices: [])
    }
    guard FileBytes.exists(path) else { throw .missing(path: path) }
    let isWritable =
      !readOnly && FileBytes.isWritable(path) && FileBytes.isWritable(FileBytes.folder(of: path))
    let lock = isWritable ? try SessionLock(session: path, path: lockPath(path)) : nil
    let store = SessionStore(path: path, lock: lock)
    let bytes = try bytes(path)
    store.lastSize = bytes.count
    var (session, version) = try store.session(bytes)
    var notices: [Notice] = []
    if !isWritable { notices.append(.readOnly(path: path)) }
    if version < Session.version { notices.append(.migrated(from: version)) }
    if isWritable, let notice = store.recoverBurst(in: &session) { notices.append(notice) }
    return OpenedSession(session: session, store: store, notices: notices)
  }

  /// A new session's place at `path`, its folder made and its lock taken; throws where a file is there already.
  static func create(path: String, replacing: Bool = false) throws(SessionError)
    -> SessionStore
  {
    guard replacing || !FileBytes.exists(path) else { throw .exists(path: path) }
    do {
      try DurableFile.makeFolder(FileBytes.folder(of: path))
    } catch {
      throw .notSaved(path: path, reason: reason(error))
    }
    return SessionStore(
      path: path, lock: try SessionLock(session: path, path: lockPath(path)))
  }

  /// Reads a session without its lock, to look at it.
  public static func peek(path: String) throws(SessionError) -> Session {
    try SessionFile.session(bytes(path), path: path).0
  }

  /// The model that the session at `path` was made with; nil where it was never saved with one, or cannot be read.
  /// Quicker than reading the whole session.
  public static func model(ofSessionAt path: String) -> ModelIdentity? {
    (try? bytes(path)).flatMap { SessionFile.model($0) }
  }

  /// The folder of the bursts' tensors.
  public var tensorsFolder: String { SessionStore.stem(path) + ".tensors" }

  /// Bytes on disk: file and tensors.
  public var diskBytes: Int {
    FileBytes.names(in: tensorsFolder).reduce(FileBytes.size(path)) {
      $0 + FileBytes.size(tensorsFolder + "/" + $1)
    }
  }

  /// How many numbers a burst trained, by the header of its file; nil where that is not there or cannot be read.
  package func parameterCount(of burst: Burst) -> Int? {
    burst.adapter.flatMap { try? FileSummary(path: file($0)) }?.parameters
  }

  /// Gives the lock back; nothing is written any more.
  func close() { lock?.release() }

  /// The full path of a burst's file.
  func file(_ file: Burst.TensorFile) -> String { tensorsFolder + "/" + file.file }

  private func session(_ bytes: [UInt8]) throws(SessionError) -> (Session, version: Int) {
    do throws(SessionError) {
      return try SessionFile.session(bytes, path: path)
    } catch .damaged(_, let problem, _, _) {
      throw salvaged(bytes, problem: problem)
    }
  }

  static func lockPath(_ path: String) -> String { stem(path) + ".lock" }

  static func stem(_ path: String) -> String {
    path.hasSuffix(".json") ? String(path.dropLast(".json".count)) : path
  }

  private static func bytes(_ path: String) throws(SessionError) -> [UInt8] {
    do {
      return try FileBytes.read(path)
    } catch {
      throw error.isMissing
        ? .missing(path: path) : .unreadable(path: path, reason: error.reason)
    }
  }
}

extension SessionStore {
  /// Writes the session's file.
  func save(_ session: Session) throws(SessionError) {
    guard !isReadOnly else { throw .readOnly(path: path) }
    try beforeWrite(.session)
    let bytes = SessionFile.bytes(session, like: lastSize)
    try write(bytes, to: path)
    lastSize = bytes.count
  }

  /// Writes a burst's adapter and optimiser state, and notes their files in it.
  func write(_ weights: any TunedWeights, of burst: inout Burst) throws(SessionError) {
    guard !isReadOnly else { throw .readOnly(path: path) }
    let name = "burst-\(burst.id)-\(weights.hash.prefix(12))"
    do {
      try DurableFile.makeFolder(tensorsFolder)
      try beforeWrite(.adapter)
      try weights.write(adapter: "\(tensorsFolder)/\(name).safetensors")
      try beforeWrite(.optimiser)
      try weights.write(optimiser: "\(tensorsFolder)/\(name).optimiser.safetensors")
    } catch {
      throw .notSaved(path: tensorsFolder, reason: SessionStore.reason(error))
    }
    burst.adapter = tensorFile("\(name).safetensors")
    burst.optimiser = tensorFile("\(name).optimiser.safetensors")
  }

  /// Copies the tensors of `bursts` from another session's folder.
  func copyTensors(of bursts: [Burst], from other: SessionStore) throws(SessionError) {
    for file in bursts.flatMap({ [$0.adapter, $0.optimiser] }).compactMap({ $0 }) {
      guard FileBytes.exists(other.file(file)) else { continue }
      do {
        try DurableFile.makeFolder(tensorsFolder)
        try beforeWrite(file.file.hasSuffix(".optimiser.safetensors") ? .optimiser : .adapter)
        try DurableFile.write(try FileBytes.read(other.file(file)), to: self.file(file))
      } catch {
        throw .notSaved(path: tensorsFolder, reason: SessionStore.reason(error))
      }
    }
  }

  /// Removes the tensors of `bursts`, except those that `kept` still names.
  func removeTensors(of bursts: [Burst], except kept: [Burst] = []) {
    let names = Set(kept.flatMap { [$0.adapter?.file, $0.optimiser?.file] }.compactMap { $0 })
    for file in bursts.flatMap({ [$0.adapter, $0.optimiser] }).compactMap({ $0 })
    where !names.contains(file.file) {
      FileBytes.remove(self.file(file))
    }
  }

  /// Removes the session from disk.
  func removeAll(_ session: Session) {
    // The JSON first: tensors that nothing names are no harm, names without tensors are.
    FileBytes.remove(path)
    removeTensors(of: session.bursts)
    FileBytes.removeFolder(tensorsFolder)
  }

  func write(_ bytes: [UInt8], to path: String) throws(SessionError) {
    do {
      try DurableFile.write(bytes, to: path)
    } catch {
      throw .notSaved(path: path, reason: SessionStore.reason(error))
    }
  }

  private func tensorFile(_ name: String) -> Burst.TensorFile {
    Burst.TensorFile(file: name, bytes: FileBytes.size(tensorsFolder + "/" + name))
  }

  private func salvaged(_ bytes: [UInt8], problem: String) -> SessionError {
    guard let session = SessionSalvage.session(bytes) else {
      return .damaged(path: path, problem: problem, examples: 0, copy: nil)
    }
    let examples = session.examples.count { $0.current != nil }
    let copy = isReadOnly ? nil : try? writeCopy(of: session)
    return .damaged(path: path, problem: problem, examples: examples, copy: copy)
  }

  /// Writes what was salvaged beside the damaged file, unless that was done since the file was damaged.
  private func writeCopy(of session: Session) throws(SessionError) -> String {
    var copy = SessionStore.stem(path) + "-salvaged.json"
    var number = 2
    while FileBytes.exists(copy) {
      if FileBytes.written(copy) >= FileBytes.written(path) { return copy }
      copy = "\(SessionStore.stem(path))-salvaged-\(number).json"
      number += 1
    }
    let store = try SessionStore.create(path: copy)
    try store.copyTensors(of: session.bursts, from: self)
    try store.save(session)
    return copy
  }

  /// A failure's reason, to stand inside a sentence.
  static func reason(_ error: any Error) -> String {
    switch error {
    case FileError.diskFull: "the disk is full"
    case FileError.missing(let path): "\(path) is missing"
    case FileError.unwritable(_, let reason), FileError.unreadable(_, let reason): reason
    case SessionError.notSaved(_, let reason): reason
    case let failure as FileBytes.Failure: failure.reason
    default: "\(error)"
    }
  }
}

/// A session and its place on disk.
public struct OpenedSession {
  /// What was read.
  public var session: Session
  /// Its place.
  public var store: SessionStore
  /// What a person should be told.
  public var notices: [Notice]
}
