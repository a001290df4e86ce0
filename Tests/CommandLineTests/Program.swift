#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The built program, run as a process.
struct Program {
  /// What a run left.
  struct Result {
    /// The exit code, or 128 + the signal that ended it.
    var code: Int32
    var output: String
    var errors: String

    /// Standard output as JSON Lines; throws where any line is something else.
    var objects: [Value] {
      get throws {
        try output.split(separator: "\n").map {
          try JSONDecoder().decode(Value.self, from: Data($0.utf8))
        }
      }
    }
  }

  private let process: pid_t
  private let folder: TemporaryFolder

  /// Runs the program to its end.
  static func run(
    _ arguments: [String], input: String = "", environment: [String: String?] = [:]
  ) throws -> Result {
    try Program(arguments, input: input, environment: environment).wait()
  }

  /// Starts the program. Its places are a temporary folder's, unless `environment` says otherwise; nil unsets.
  init(
    _ arguments: [String], input: String = "", environment: [String: String?] = [:],
    output: String? = nil
  ) throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    try folder.write("input", input)
    var variables: [String: String?] = ProcessInfo.processInfo.environment
    for name in ["XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "HOME"] {
      variables[name] = folder.path + "/home"
    }
    variables["HF_HOME"] = folder.path + "/home"
    variables.merge(environment) { $1 }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 0, folder.path + "/input", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output ?? folder.path + "/output", flags, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, folder.path + "/errors", flags, 0o600)
    // The threads that tests run on block signals, and a child would inherit that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let words = CStrings([try Program.path()] + arguments)
    let settings = CStrings(variables.compactMap { name, value in value.map { "\(name)=\($0)" } })
    var process = pid_t()
    let failure = posix_spawn(
      &process, try Program.path(), &actions, &attributes, words.pointers, settings.pointers)
    guard failure == 0 else { throw NotStarted(reason: String(cString: strerror(failure))) }
    self.process = process
  }

  /// Waits for its end.
  func wait() throws -> Result {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return Result(
      code: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, output: folder.text("output"),
      errors: folder.text("errors"))
  }

  /// Presses Ctrl-C once standard output holds `text`; false where that took longer than a minute.
  func interrupt(after text: String) -> Bool {
    for _ in 0..<6000 {
      if folder.text("output").contains(text) { return kill(process, SIGINT) == 0 }
      usleep(10_000)
    }
    kill(process, SIGKILL)
    return false
  }

  /// Where the program was built: beside the tests.
  private static func path() throws -> String {
    // The test bundle's path stands among the arguments on macOS, and is the process itself on Linux.
    var candidates = CommandLine.arguments
    if let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
      candidates.append(own)
    }
    for candidate in candidates where candidate.contains(".xctest") {
      var folder = candidate
      while let slash = folder.lastIndex(of: "/") {
        folder = String(folder[..<slash])
        if FileManager.default.isExecutableFile(atPath: folder + "/attune") {
          return folder + "/attune"
        }
      }
    }
    throw NotStarted(reason: "attune is not beside the tests")
  }

  struct NotStarted: Error { var reason: String }
}

/// A NULL-terminated array of C strings.
private final class CStrings {
  let pointers: [UnsafeMutablePointer<CChar>?]
  init(_ strings: [String]) { pointers = strings.map { strdup($0) } + [nil] }
  deinit { for pointer in pointers { free(pointer) } }
}
