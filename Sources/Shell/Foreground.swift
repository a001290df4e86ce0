#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Runs a program with the terminal handed over, and waits for it; returns its status, 128 + the signal that ended it,
/// or nil where it cannot be started. With `answersApart`, what it writes goes to standard error.
func runInForeground(
  _ program: String, _ arguments: [String], environment: [String: String],
  answersApart: Bool = false
) -> Int32? {
  #if canImport(Glibc)
    var attributes = posix_spawnattr_t()
    var actions = posix_spawn_file_actions_t()
  #else
    var attributes: posix_spawnattr_t?
    var actions: posix_spawn_file_actions_t?
  #endif
  posix_spawnattr_init(&attributes)
  posix_spawn_file_actions_init(&actions)
  defer {
    posix_spawnattr_destroy(&attributes)
    posix_spawn_file_actions_destroy(&actions)
  }
  if answersApart { posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO) }
  // What we ignore, the program shall not.
  var signals = sigset_t()
  sigemptyset(&signals)
  for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
  posix_spawnattr_setsigdefault(&attributes, &signals)
  // Nor shall it inherit what this thread holds back.
  var none = sigset_t()
  sigemptyset(&none)
  posix_spawnattr_setsigmask(&attributes, &none)
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
  var pointers: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
  var variables: [UnsafeMutablePointer<CChar>?] =
    environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
  defer { for pointer in pointers + variables { free(pointer) } }
  let quiet = Echo.on()
  defer { quiet?.restore() }
  var process: pid_t = 0
  guard posix_spawn(&process, program, &actions, &attributes, &pointers, &variables) == 0 else {
    return nil
  }
  var status: Int32 = 0
  while waitpid(process, &status, 0) < 0 {
    if errno != EINTR { return nil }
  }
  // Ctrl-C in the program was the program's.
  Interrupt.begin()
  return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
}

/// The terminal's echo, which is off while work runs; a program may count on it.
private struct Echo {
  private let before: termios

  /// Turns echo on; nil where there is no terminal or it is on.
  static func on() -> Echo? {
    var now = termios()
    guard tcgetattr(STDIN_FILENO, &now) == 0, now.c_lflag & tcflag_t(ECHO) == 0 else { return nil }
    let before = now
    now.c_lflag |= tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSADRAIN, &now)
    return Echo(before: before)
  }

  func restore() {
    var settings = before
    tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
  }
}

extension Console {
  /// Runs a line of the person's shell (`$SHELL`, else sh); the shell itself where the line is empty.
  func runShellLine(_ line: String) throws {
    // What is piped in may be anybody's text, and no text of a prompt shall start a program.
    guard isInteractive else { throw ShellError.shellForPeople }
    let named = surroundings.environment["SHELL"].flatMap { $0.isEmpty ? nil : $0 }
    let shell = named ?? "/bin/sh"
    let status = runInForeground(
      shell, line.isEmpty ? [] : ["-c", line], environment: surroundings.environment,
      answersApart: output.isJSON)
    guard let status else { throw ShellError.noShell(path: shell) }
    if status != 0 { output.note("(the command ended with status \(status))", .warning) }
  }
}
