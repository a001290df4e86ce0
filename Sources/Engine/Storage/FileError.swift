#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the system refused about a file: facts only, so that any reader can add its own context.
public enum FileError: Error, Equatable, Sendable {
  case missing(path: String)
  case isFolder(path: String)
  case notAFile(path: String)
  case empty(path: String)
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case diskFull(path: String)
}

extension FileError {
  /// The error that `errno` stands for after a call that reads `path`.
  static func reading(_ path: String, errno code: Int32) -> FileError {
    switch code {
    case ENOENT, ENOTDIR: .missing(path: path)
    case EISDIR: .isFolder(path: path)
    default: .unreadable(path: path, reason: reason(code))
    }
  }

  /// The error that `errno` stands for after a call that writes `path`.
  package static func writing(_ path: String, errno code: Int32) -> FileError {
    switch code {
    case ENOSPC, EDQUOT: .diskFull(path: path)
    case ENOENT, ENOTDIR: .unwritable(path: path, reason: "its folder does not exist")
    case EISDIR: .isFolder(path: path)
    default: .unwritable(path: path, reason: reason(code))
    }
  }

  /// The system's words for an error number, in lower case to stand inside a sentence.
  static func reason(_ code: Int32) -> String {
    let text = String(cString: strerror(code))
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}

extension FileError: CustomStringConvertible {
  /// One or two sentences: what happened, where, what to do next.
  public var description: String {
    switch self {
    case .missing(let path):
      "There is no \(path). Check the spelling; a relative path starts in the current folder."
    case .isFolder(let path):
      "\(path) is a folder where a file is needed. Name a file inside it."
    case .notAFile(let path):
      "\(path) is not a regular file, so it cannot be mapped. Name a file on disk."
    case .empty(let path):
      "\(path) is empty. Make or fetch it again."
    case .unreadable(let path, let reason):
      "\(path) cannot be read: \(reason). Check who may read it (`ls -l`)."
    case .unwritable(let path, let reason):
      "\(path) cannot be written: \(reason). Check the folder's permissions, or choose another."
    case .diskFull(let path):
      "There is no space left to write \(path); what was there before is unchanged. "
        + "Free some space and try again."
    }
  }
}
