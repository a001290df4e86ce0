/// One session's file and tensors folder, held open by a lock.
public final class SessionStore {
  /// The JSON file.
  public let path: String
  /// Whether changes may be written.
  public let isReadOnly: Bool

  /// Opens the session at `path`. Takes the lock unless `readOnly`, or the file cannot be written.
  public static func open(path: String, readOnly: Bool = false) throws(SessionError)
    -> OpenedSession
  {
    fatalError("unfinished")
  }
  /// A new session's place at `path`; throws where a file is there already. Nothing is written yet.
  public static func create(path: String) throws(SessionError) -> SessionStore {
    fatalError("unfinished")
  }
  /// Reads a session without its lock, to look at it.
  public static func peek(path: String) throws(SessionError) -> Session { fatalError("unfinished") }
  /// Copies what can still be read of a damaged session's examples to `copy`; returns how many.
  public static func salvage(path: String, to copy: String) throws(SessionError) -> Int {
    fatalError("unfinished")
  }

  init(path: String, isReadOnly: Bool) {
    self.path = path
    self.isReadOnly = isReadOnly
  }
  /// The folder of the bursts' tensors.
  public var tensorsFolder: String { fatalError("unfinished") }
  /// Bytes on disk: file and tensors.
  public var diskBytes: Int { fatalError("unfinished") }
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
