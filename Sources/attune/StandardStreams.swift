import Engine

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Standard output, written through at once: whoever reads a pipe sees each line when it is made.
enum StandardOutput {
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Writes `text` and a newline.
  static func line(_ text: String) throws { try write(text + "\n") }

  /// Writes a JSON value on a line of its own.
  static func line(_ value: JSONValue) throws { try line(value.text()) }

  /// Writes `text` as it stands.
  static func write(_ text: String) throws {
    try writeAll(Array(text.utf8), to: STDOUT_FILENO)
  }
}

/// Standard error: progress, notes and warnings for a person.
enum StandardError {
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes `text` and a newline. A person who closed it does not want it.
  static func line(_ text: String) { write(text + "\n") }

  /// Writes `text` as it stands.
  static func write(_ text: String) { try? writeAll(Array(text.utf8), to: STDERR_FILENO) }
}

/// Standard input.
enum StandardInput {
  /// Everything up to its end.
  static func readAll() throws -> [UInt8] {
    guard let bytes = readBytes(from: STDIN_FILENO) else { throw StreamError.input(code: errno) }
    return bytes
  }

  /// Everything up to its end, as text.
  static func readText() throws -> String {
    guard let text = String(validating: try readAll(), as: UTF8.self) else {
      throw StreamError.notText
    }
    return text
  }
}

/// A file that is read whole; a pipe will do.
enum InputFile {
  /// The bytes of the file at `path`.
  static func readAll(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StreamError.file(path, code: errno) }
    defer { close(descriptor) }
    guard let bytes = readBytes(from: descriptor) else { throw StreamError.file(path, code: errno) }
    return bytes
  }
}

/// Why a standard stream or a file could not be used.
enum StreamError: Error, Equatable, CustomStringConvertible {
  case file(String, code: Int32)
  case input(code: Int32)
  case output(code: Int32)
  case notText

  var description: String {
    switch self {
    case .file(let path, let code):
      "\(path) cannot be read: \(String(cString: strerror(code)))."
    case .input(let code): "Standard input cannot be read: \(String(cString: strerror(code)))."
    case .output(EPIPE): "Whoever read the output has gone; the rest of it was not written."
    case .output(let code): "The output cannot be written: \(String(cString: strerror(code)))."
    case .notText:
      "Standard input is not UTF-8 text. Convert it (for example with iconv) and try again."
    }
  }
}

/// Everything up to the end, or nil with `errno` set.
private func readBytes(from descriptor: Int32) -> [UInt8]? {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    if count > 0 {
      bytes += chunk[..<count]
    } else if count == 0 {
      return bytes
    } else if errno != EINTR {
      return nil
    }
  }
}

private func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws {
  var written = 0
  while written < bytes.count {
    let count = bytes.withUnsafeBytes {
      write(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
    }
    if count >= 0 {
      written += count
    } else if errno != EINTR {
      throw StreamError.output(code: errno)
    }
  }
}
