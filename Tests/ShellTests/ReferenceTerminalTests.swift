import Shell
import Testing

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

/// The built program with the real model, at a terminal of its own, where Ctrl-C is a key.
@Suite("A person's first minutes at a terminal", .serialized, .timeLimit(.minutes(5)))
struct ReferenceTerminalTests {
  private let home: TemporaryFolder
  private let person: Person
  private let process: pid_t

  init() throws {
    home = try TemporaryFolder()
    person = try Person(columns: 80, rows: 24)
    process = try Self.start(at: person.terminal.path, home: home.path)
    person.wait(for: ">\u{1B}[0m ")
  }

  @Test func tuneCompareAndLeave() throws {
    #expect(person.screen.contains("Attune "))
    #expect(person.screen.contains("`/help` lists everything."))
    enter("What is the capital of France?", until: "Paris")

    // A reply without an end, stopped by the key itself.
    enter("/set max-tokens 4000", until: "max-tokens  4000")
    enter("Tell me a story", until: "Elena")
    person.type("\u{3}")
    person.wait(for: "(stopped; what was said is kept)")

    enter("/set max-tokens 24", until: "max-tokens  24")
    enter("/add \"How are you?\" => \"Arr, fit as a fiddle!\"", until: "example 1 added")
    enter("/tune 400", until: "step 2/400")
    person.type("\u{3}")
    person.wait(for: "what was learnt is kept")
    enter("/tun\t 12 learning-rate=2e-3", until: "burst 2: loss")
    enter("How are you?", until: "Arr, fit as a fiddle!\r\n")

    // A paste with new lines in it is one prompt, and waits for Return.
    person.type("\u{1B}[200~Say\nnothing\u{1B}[201~")
    enter("", until: ">\u{1B}[0m ")
    enter("/undo", until: "took back burst 2")
    enter("/save pirate", until: "saved to")
    person.type("\u{4}")
    #expect(exitCode() == 0)

    var modes = termios()
    tcgetattr(person.descriptor, &modes)
    #expect(modes.c_lflag & tcflag_t(ICANON) != 0 && modes.c_lflag & tcflag_t(ECHO) != 0)
    #expect(try home.mode(of: "state/attune/history") == 0o600)
    #expect(try home.text(of: "state/attune/history").contains("/tune 400\n"))
    #expect(try home.text(of: "data/attune/sessions/pirate.json").contains("fit as a fiddle"))
  }

  /// Whoever has never seen the program and does what the screen says is answered by a pirate within twelve lines.
  @Test func aPirateIsReachedByWhatTheScreenSays() throws {
    var lines = 0
    func type(_ line: String, until text: String) {
      enter(line, until: text)
      lines += 1
    }
    #expect(person.screen.contains("Type a prompt, then `/fix` and the reply"))
    #expect(person.screen.contains("After three or four, `/tune` learns them"))
    let corrections = [
      ("How are you?", "Arr, fit as a fiddle, matey! And how be ye?"),
      ("Who are you?", "Arr, I be Cap'n Attune, scourge o' the seven seas!"),
      ("What is the capital of France?", "Arr, that be Paris, ye landlubber, far from any sea."),
      ("Is it late?", "Arr, six bells, matey! The moon be high and the rum be low."),
    ]
    for (index, (prompt, reply)) in corrections.enumerated() {
      type(prompt, until: "%\(index + 1)")
      type("/fix \(reply)", until: "example \(index + 1) added")
    }
    type("/tune", until: "attune 1 (kl")
    type("What should I eat for dinner?", until: "%5")
    let reply = person.screen.split(separator: "eat for dinner?").last ?? ""
    #expect(["Arr", "matey", " ye "].contains { reply.contains($0) }, "\(reply)")
    #expect(lines <= 12)
  }

  @Test func beingEndedLeavesTheTerminalSane() throws {
    person.type("half a line")
    person.wait(for: "half a line")
    kill(process, SIGTERM)
    #expect(exitCode() == 128 + SIGTERM)
    var modes = termios()
    tcgetattr(person.descriptor, &modes)
    #expect(modes.c_lflag & tcflag_t(ICANON) != 0 && modes.c_lflag & tcflag_t(ECHO) != 0)
    #expect(person.screen.hasSuffix("\u{1B}[?2004l\r\n"))
  }

  /// Types a line at the prompt and waits for `text` after it.
  private func enter(_ line: String, until text: String) {
    person.waitForEditor()
    let before = person.screen.count
    person.type(line + "\r")
    person.wait(for: text, after: before)
  }

  private func exitCode() -> Int32 {
    var status: Int32 = 0
    for _ in 0..<3000 {
      if waitpid(process, &status, WNOHANG) == process {
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
      }
      // Nothing ends while what it draws is not read.
      _ = person.screen
      usleep(10_000)
    }
    kill(process, SIGKILL)
    waitpid(process, &status, 0)
    Issue.record("the program did not end")
    return -1
  }

  private static func start(at terminal: String, home: String) throws -> pid_t {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
    let model =
      environment["ATTUNE_TEST_MODEL"]
      ?? cache + "/attune/models/SmolLM2-135M-Instruct.Q4_1.gguf"
    try #require(
      FileManager.default.fileExists(atPath: model),
      "the model is missing: `make run` gets it, or set $ATTUNE_TEST_MODEL")
    let variables = [
      "TERM=xterm-256color", "HOME=\(home)", "XDG_STATE_HOME=\(home)/state",
      "XDG_DATA_HOME=\(home)/data", "XDG_CONFIG_HOME=\(home)/config", "LC_ALL=C.UTF-8",
      "PATH=/usr/bin:/bin", "EDITRC=/nonexistent",
    ]
    #if canImport(Glibc)
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
      // POSIX_SPAWN_SETSID, which glibc's header hides from Swift.
      let newSession: Int16 = 0x80
    #else
      let newSession = Int16(POSIX_SPAWN_SETSID)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    // The first terminal that the leader of a session opens is its own, and its keys signal it.
    posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(
      &attributes, newSession | Int16(POSIX_SPAWN_SETSIGMASK))
    // Away from the repository, whose own sessions folder would be used otherwise.
    let arguments: [String] = [
      "sh", "-c", "cd \"$1\" && exec \"$2\" --model \"$3\"", "sh", home, try program(), model,
    ]
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
    defer { for pointer in words + settings { free(pointer) } }
    var process = pid_t()
    let failure = posix_spawn(&process, "/bin/sh", &actions, &attributes, &words, &settings)
    try #require(failure == 0, "attune could not be started")
    return process
  }

  /// Where the program was built: beside the tests.
  private static func program() throws -> String {
    var candidates = CommandLine.arguments
    if let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
      candidates.append(own)
    }
    for candidate in candidates where candidate.contains(".xctest") {
      var folder = candidate[...]
      while let slash = folder.lastIndex(of: "/") {
        folder = folder[..<slash]
        let path = folder + "/attune"
        if FileManager.default.isExecutableFile(atPath: String(path)) { return String(path) }
      }
    }
    throw Missing()
  }

  private struct Missing: Error, CustomStringConvertible {
    let description = "attune is not beside the tests"
  }
}
