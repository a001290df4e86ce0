import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Ctrl-C and the other signals, as flags that work looks at between its steps.
///
/// A signal handler can reach nothing but globals, so these are the only ones in the program.
/// Each signal also writes a byte to a pipe, which wakes whoever waits for a key.
public enum Interrupt {
  private static let pending = Atomic<Bool>(false)
  private static let presses = Atomic<Int>(0)
  private static let ending = Atomic<Int32>(0)
  private static let redraw = Atomic<Bool>(false)
  private static let wakeRead = Atomic<Int32>(-1)
  private static let wakeWrite = Atomic<Int32>(-1)

  /// Takes over SIGINT, SIGTERM, SIGHUP, SIGWINCH and SIGCONT, and ignores SIGPIPE.
  public static func install() {
    if wakeRead.load(ordering: .relaxed) < 0 {
      var ends: [Int32] = [-1, -1]
      if pipe(&ends) == 0 {
        for end in ends {
          setDescriptorFlags(of: end)
        }
        wakeRead.store(ends[0], ordering: .relaxed)
        wakeWrite.store(ends[1], ordering: .relaxed)
      }
    }
    // Touch every flag, so that the handler never runs a lazy initialiser.
    _ = (pending.load(ordering: .relaxed), presses.load(ordering: .relaxed), endingSignal)
    _ = redraw.load(ordering: .relaxed)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGCONT] {
      handle(number) { Interrupt.received($0) }
    }
    handle(SIGPIPE, by: SIG_IGN)
  }

  /// Whether Ctrl-C was pressed (or the program told to end) since the last call that said so.
  public static func take() -> Bool {
    pending.exchange(false, ordering: .relaxed) || isEnding
  }

  /// Forgets earlier presses: a new piece of work begins.
  public static func begin() {
    pending.store(false, ordering: .relaxed)
    presses.store(0, ordering: .relaxed)
  }

  /// Whether Ctrl-C was pressed since `begin`.
  public static var wasPressed: Bool { presses.load(ordering: .relaxed) > 0 }

  /// Whether the person pressed Ctrl-C again after the work was told to stop.
  public static var isInsistent: Bool { presses.load(ordering: .relaxed) > 1 }

  /// SIGTERM or SIGHUP, once one of them has come.
  public static var endingSignal: Int32? {
    let number = ending.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Whether the program was told to end.
  public static var isEnding: Bool { endingSignal != nil }

  /// Whether the window changed, or the program was stopped and goes on, since the last call.
  static func takeRedraw() -> Bool { redraw.exchange(false, ordering: .relaxed) }

  /// Readable after a signal; -1 before `install`.
  static var wakeDescriptor: Int32 { wakeRead.load(ordering: .relaxed) }

  /// Empties the pipe behind `wakeDescriptor`.
  static func drain() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(wakeDescriptor, &bytes, bytes.count) == bytes.count {}
  }

  /// What Ctrl-C does, for tests.
  package static func press() { received(SIGINT) }

  /// Forgets everything, for tests.
  package static func reset() {
    begin()
    ending.store(0, ordering: .relaxed)
    redraw.store(false, ordering: .relaxed)
    if wakeDescriptor >= 0 { drain() }
  }

  private static func received(_ number: Int32) {
    let saved = errno
    switch number {
    case SIGINT:
      pending.store(true, ordering: .relaxed)
      presses.add(1, ordering: .relaxed)
    case SIGTERM, SIGHUP:
      ending.store(number, ordering: .relaxed)
    default:
      redraw.store(true, ordering: .relaxed)
    }
    var byte: UInt8 = 0
    _ = write(wakeWrite.load(ordering: .relaxed), &byte, 1)
    errno = saved
  }

  private static func handle(_ number: Int32, by handler: (@convention(c) (Int32) -> Void)?) {
    var action = sigaction()
    #if canImport(Glibc)
      action.__sigaction_handler.sa_handler = handler
    #else
      action.__sigaction_u.__sa_handler = handler
    #endif
    // Calls that are not ours to retry are restarted; a poll never is, so waiting still ends.
    action.sa_flags = Int32(SA_RESTART)
    sigemptyset(&action.sa_mask)
    sigaction(number, &action, nil)
  }

  private static func setDescriptorFlags(of descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }
}
