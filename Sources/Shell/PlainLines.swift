#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Lines read byte by byte from a descriptor: pipes, files, and terminals that cannot edit.
public final class PlainLines: LineSource {
  /// A line longer than this is cut in two, so that input without newlines cannot fill the memory.
  package static let longestLine = 16 << 20

  /// Whether a person types the lines.
  public let isInteractive: Bool
  private let input: Int32
  private let echo: Int32?
  private var buffer: [UInt8] = []
  private var position = 0
  private var ended = false

  /// Reads from descriptor `input`; prompts go to `echo`, if there is one.
  public init(input: Int32, echo: Int32?, isInteractive: Bool) {
    self.input = input
    self.echo = echo
    self.isInteractive = isInteractive
  }

  /// Reads to the next newline; the prompt goes to the echo.
  public func next(prompt: String, initial: String?) -> Input {
    if let echo { writeAll(prompt, to: echo) }
    var line: [UInt8] = []
    while true {
      if position == buffer.count {
        switch fill() {
        case .more: break
        case .interrupted: return ending(.interrupt)
        case .ended: return line.isEmpty ? ending(.endOfInput) : .line(decoded(line))
        }
      }
      let rest = buffer[position...]
      if let newline = rest.firstIndex(of: 10) {
        line += rest[..<newline]
        position = newline + 1
        return .line(decoded(line))
      }
      line += rest
      position = buffer.count
      if line.count >= Self.longestLine { return .line(decoded(line)) }
    }
  }

  /// Keeps nothing.
  public func remember(_ entry: String) {}

  /// Leaves the line the prompt stands on, as Return would have.
  private func ending(_ input: Input) -> Input {
    if isInteractive, let echo { writeAll("\n", to: echo) }
    return input
  }

  private enum Filling { case more, interrupted, ended }

  private func fill() -> Filling {
    if ended { return .ended }
    position = 0
    buffer = []
    while true {
      // A read would be restarted after Ctrl-C; the poll in waitForInput is not.
      switch waitForInput() {
      case .stop: return .interrupted
      case .leave: return .ended
      case .ready: break
      }
      buffer = [UInt8](repeating: 0, count: 65536)
      let count = read(input, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      buffer.removeLast(buffer.count - max(0, count))
      // A terminal can go on after Ctrl-D; a pipe cannot.
      if count <= 0 {
        ended = !isInteractive
        return .ended
      }
      return .more
    }
  }

  private enum Waiting { case ready, stop, leave }

  private func waitForInput() -> Waiting {
    while true {
      if Interrupt.isEnding { return .leave }
      if Interrupt.take() { return .stop }
      var descriptors = [
        pollfd(fd: input, events: Int16(POLLIN), revents: 0),
        pollfd(fd: Interrupt.wakeDescriptor, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&descriptors, 2, -1)
      if count > 0, descriptors[1].revents != 0 {
        Interrupt.drain()
      } else if count > 0 {
        return .ready
      } else if errno != EINTR {
        return .ready
      }
    }
  }

  private func decoded(_ line: [UInt8]) -> String {
    String(decoding: line.last == 13 ? line.dropLast() : line[...], as: UTF8.self)
  }
}

/// Writes all of `text`, or as much as the descriptor takes; answers whether that was all.
@discardableResult
func writeAll(_ text: String, to descriptor: Int32) -> Bool {
  var text = text
  return text.withUTF8 { bytes in
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = write(descriptor, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written < 0, errno == EINTR { continue }
      if written <= 0 { return false }
      rest = rest.dropFirst(written)
    }
    return true
  }
}
