/// What can go wrong with a session on disk.
public enum SessionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// There is no such file.
  case missing(path: String)
  /// It cannot be read.
  case unreadable(path: String, reason: String)
  /// It is not a session, or its end is missing. `salvaged`: examples that can still be read.
  case damaged(path: String, problem: String, salvaged: Int)
  /// A newer Attune wrote it.
  case newerVersion(path: String, version: Int, known: Int)
  /// Another process has it open.
  case locked(path: String, process: Int32?)
  /// It was opened for reading only.
  case readOnly(path: String)
  /// Writing failed; everything is still in memory.
  case notSaved(path: String, reason: String)
  /// A session of that name is there already.
  case exists(path: String)
  /// A burst's tensors are gone or do not fit.
  case tensors(path: String, burst: Int, reason: String)
  public var description: String { fatalError("unfinished") }
}
