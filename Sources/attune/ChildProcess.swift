#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Runs a program that shares this one's streams, and waits for it. Returns its exit code, or 128 + the signal that
/// ended it, as shells do.
func runProgram(_ name: String, _ arguments: [String]) throws -> Int32 {
  var words: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) }
  words.append(nil)
  defer { for word in words { free(word) } }
  var process = pid_t()
  let failure = posix_spawnp(&process, name, nil, nil, words, environ)
  guard failure == 0 else { throw ProgramError.notStarted(name, code: failure) }
  var status: Int32 = 0
  while waitpid(process, &status, 0) < 0 {
    guard errno == EINTR else { throw ProgramError.notStarted(name, code: errno) }
  }
  let signal = status & 0x7F
  return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
}

/// The path by which this program can be started again.
func ownPath() -> String {
  #if os(Linux)
    return "/proc/self/exe"
  #else
    return CommandLine.arguments.first ?? "attune"
  #endif
}

/// Why a program did not run.
enum ProgramError: Error, Equatable, CustomStringConvertible {
  case notStarted(String, code: Int32)

  var description: String {
    switch self {
    case .notStarted(let name, ENOENT):
      "\(name) is missing. Install it (on Debian: sudo apt-get install \(name)), then try again."
    case .notStarted(let name, let code):
      "\(name) cannot be started: \(String(cString: strerror(code)))."
    }
  }
}
