import Dispatch
import Shell
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A person at a pseudoterminal: types keys, and sees what is drawn.
final class Person: Sendable {
  let terminal: Pseudoterminal
  /// The program's end of the terminal.
  let descriptor: Int32
  private let seen = Mutex<[UInt8]>([])

  init(columns: Int = 80, rows: Int = 24) throws {
    terminal = try #require(Pseudoterminal(columns: columns, rows: rows))
    descriptor = open(terminal.path, O_RDWR | O_NOCTTY)
    try #require(descriptor >= 0)
    _ = fcntl(terminal.controller, F_SETFL, O_NONBLOCK)
  }

  deinit {
    close(descriptor)
    close(terminal.controller)
  }

  func type(_ keys: String) {
    var bytes = Array(keys.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(terminal.controller, $0.baseAddress, $0.count) }
      if count > 0 { bytes = bytes.dropFirst(count) } else { usleep(1000) }
    }
  }

  /// What was drawn so far.
  var screen: String {
    drain()
    return String(decoding: seen.withLock { $0 }, as: UTF8.self)
  }

  /// Waits until `text` was drawn, after the first `count` characters.
  func wait(for text: String, after count: Int = 0) {
    for _ in 0..<6000 where !screen.dropFirst(count).contains(text) { usleep(10_000) }
    #expect(
      screen.dropFirst(count).contains(text),
      "never saw \(text.debugDescription) in \(screen.dropFirst(count).debugDescription)")
  }

  /// Reads a line with `source` while `act` types on another thread.
  func reads(
    _ source: EditLineSource, initial: String? = nil, _ act: @Sendable @escaping (Person) -> Void
  ) -> Input {
    let acting = DispatchGroup()
    let drawing = DispatchGroup()
    let isDone = Done()
    DispatchQueue.global().async(group: acting) {
      self.waitForEditor()
      act(self)
    }
    // Nothing is drawn while nobody looks.
    DispatchQueue.global().async(group: drawing) {
      while !isDone.value.load(ordering: .relaxed) {
        self.drain()
        usleep(500)
      }
    }
    let input = source.next(prompt: "> ", initial: initial)
    isDone.value.store(true, ordering: .relaxed)
    acting.wait()
    drawing.wait()
    drain()
    return input
  }

  /// Waits until the editor has the terminal: the kernel would make something else of the keys.
  func waitForEditor() {
    for _ in 0..<60_000 {
      var modes = termios()
      tcgetattr(descriptor, &modes)
      if modes.c_lflag & tcflag_t(ICANON) == 0 { return }
      usleep(1000)
    }
    Issue.record("the editor never took the terminal")
  }

  private func drain() {
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(terminal.controller, &chunk, chunk.count)
      if count <= 0 { return }
      seen.withLock { $0 += chunk[..<count] }
    }
  }
}

private final class Done: Sendable {
  let value = Atomic<Bool>(false)
}
