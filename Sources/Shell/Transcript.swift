#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that gets what is typed and what is answered, as plain text.
///
/// It is opened for each piece anew, so that a file that was moved away begins again, and a folder that is gone is
/// noticed rather than written to unseen.
package struct Transcript {
  let path: String
  /// Whether there was something in the file already, which stays.
  let appends: Bool

  /// Makes the file where it is missing. Throws where it cannot be written, is no plain file, or is the file at
  /// `session`.
  package init(path: String, session: String?) throws(ShellError) {
    self.path = path
    let descriptor = try Self.opened(path)
    defer { close(descriptor) }
    var file = stat()
    guard fstat(descriptor, &file) == 0, file.st_mode & S_IFMT == S_IFREG else {
      throw .transcriptUnwritable(path: path, reason: "it is no plain file")
    }
    if let session, isSameFile(path, session) {
      throw .transcriptUnwritable(path: path, reason: "it is the session's own file")
    }
    appends = file.st_size > 0
    if appends, Self.lastByte(of: path, size: file.st_size) != UInt8(ascii: "\n") {
      try write("\n")
    }
  }

  /// Adds `text` to the end of the file.
  func write(_ text: String) throws(ShellError) {
    let descriptor = try Self.opened(path)
    defer { close(descriptor) }
    if !writeAll(text, to: descriptor) { throw Self.failure(path) }
  }

  private static func opened(_ path: String) throws(ShellError) -> Int32 {
    // Without O_NONBLOCK, a pipe that nobody reads would hang the program.
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK
    let descriptor = open(path, flags, 0o644)
    guard descriptor >= 0 else { throw failure(path) }
    return descriptor
  }

  private static func failure(_ path: String) -> ShellError {
    .transcriptUnwritable(path: path, reason: String(cString: strerror(errno)))
  }

  private static func lastByte(of path: String, size: off_t) -> UInt8? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var byte: UInt8 = 0
    return pread(descriptor, &byte, 1, size - 1) == 1 ? byte : nil
  }
}

/// Lines whose prompts and texts the transcript gets as well.
final class TranscribedLines: LineSource {
  private let lines: any LineSource
  private let output: Output

  init(_ lines: any LineSource, _ output: Output) {
    self.lines = lines
    self.output = output
  }

  var isInteractive: Bool { lines.isInteractive }

  func next(prompt: String, initial: String?) -> Input {
    let input = lines.next(prompt: prompt, initial: initial)
    if case .line(let line) = input { output.typed(line, at: prompt) }
    return input
  }

  func remember(_ entry: String) { lines.remember(entry) }
}
