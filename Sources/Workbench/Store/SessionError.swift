/// What can go wrong with a session on disk.
public enum SessionError: Error, Sendable, Equatable {
  /// There is no such file.
  case missing(path: String)
  /// It cannot be read.
  case unreadable(path: String, reason: String)
  /// It is not a session, or a part of it is missing. What can still be read (so many examples) was written
  /// to `copy`; nil where nothing can be, or the copy could not be written.
  case damaged(path: String, problem: String, examples: Int, copy: String?)
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
  /// No session can have this name.
  case badName(String, reason: String)
  /// A burst's tensors are gone or are not those the burst left.
  case tensors(burst: Int, reason: String)
}

extension SessionError: CustomStringConvertible {
  /// One or two sentences: what happened, where, what to do next.
  public var description: String {
    switch self {
    case .missing(let path):
      "There is no session at \(path). `/sessions` lists those there are."
    case .unreadable(let path, let reason):
      "The session \(path) cannot be read: \(reason). Check who may read it (`ls -l`)."
    case .damaged(let path, let problem, let examples, let copy):
      if copy == nil, examples > 0 {
        "The session \(path) is damaged: \(problem). "
          + "\(examples == 1 ? "1 example" : "\(examples) examples") can still be read, but no copy "
          + "could be written beside it: make its folder writable and open it again."
      } else if let copy {
        "The session \(path) is damaged: \(problem). What can still be read of it, "
          + "\(examples == 1 ? "1 example" : "\(examples) examples") among it, is now in \(copy): "
          + "open that one. The damaged file is as it was."
      } else {
        "The session \(path) is damaged: \(problem). Nothing of it could be brought back; "
          + "the file is as it was."
      }
    case .newerVersion(let path, let version, let known):
      "The session \(path) has format \(version), and this Attune knows formats up to \(known). "
        + "Get a newer Attune to open it."
    case .locked(let path, let process):
      "The session \(path) is open in another Attune"
        + (process.map { " (process \($0))" } ?? "")
        + ". Close it there, or work on a copy under another name."
    case .readOnly(let path):
      "The session \(path) is open for reading only, so it cannot be changed. "
        + "`/save NAME` makes a copy that can."
    case .notSaved(let path, let reason):
      "\(path) could not be written: \(reason). Nothing is lost as long as Attune runs; "
        + "`/save` tries again, `/save NAME` tries another place."
    case .exists(let path):
      "There is a session at \(path) already. Choose another name."
    case .badName(let name, let reason):
      "A session cannot be called \"\(name)\": \(reason). Choose another name."
    case .tensors(let burst, let reason):
      "The adapter of burst \(burst) cannot be used: \(reason). `/checkout` another burst."
    }
  }
}
