#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The lines typed in earlier runs: one a line in a file that only its owner can read.
///
/// Entries are appended at once, so two running programs lose nothing of each other's, and a
/// killed one nothing of its own. A backslash is written `\\`, a newline `\n`.
public final class History {
  /// How many entries are kept from run to run.
  package static let longest = 2000

  /// The entries, oldest first.
  public private(set) var entries: [String]
  private let path: String

  /// Reads the history at `path`, which need not exist.
  public init(path: String) {
    self.path = path
    let lines = (readFile(path) ?? []).split(separator: 10)
    entries = lines.suffix(Self.longest).map { Self.unescaped(String(decoding: $0, as: UTF8.self)) }
    // Twice too long: a good moment to write it short again.
    if lines.count > 2 * Self.longest { rewrite() }
  }

  /// Adds an entry, unless it repeats the last one. A history that cannot be written is forgotten.
  public func add(_ entry: String) {
    guard !entry.isEmpty, entry != entries.last else { return }
    entries.append(entry)
    append(Self.escaped(entry) + "\n", to: path, flags: O_APPEND)
  }

  private func rewrite() {
    let fresh = path + ".new"
    let text = entries.map { Self.escaped($0) + "\n" }.joined()
    if append(text, to: fresh, flags: O_TRUNC) { rename(fresh, path) }
  }

  @discardableResult
  private func append(_ text: String, to path: String, flags: Int32) -> Bool {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0o600)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    fchmod(descriptor, 0o600)
    writeAll(text, to: descriptor)
    return true
  }

  private static func escaped(_ entry: String) -> String {
    var result = ""
    for scalar in entry.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func unescaped(_ line: String) -> String {
    var result = ""
    var escape = false
    for scalar in line.unicodeScalars {
      switch (escape, scalar) {
      case (false, "\\"): escape = true
      case (false, _): result.unicodeScalars.append(scalar)
      case (true, _):
        escape = false
        result.unicodeScalars.append(scalar == "n" ? "\n" : scalar == "r" ? "\r" : scalar)
      }
    }
    return result
  }
}
