import Dispatch
import Shell
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension OneAtATime {
  /// libedit keeps state for the whole process, and so do signals: one test at a time.
  @Suite("The line editor at a pseudoterminal", .timeLimit(.minutes(2)))
  struct EditLineTests {
    private func editor(
      _ person: Person, history: History? = nil,
      complete: @escaping (String, Int) -> Completed? = { _, _ in nil }
    ) throws -> EditLineSource {
      setenv("TERM", "xterm-256color", 1)
      setenv("EDITRC", "/nonexistent", 1)
      Interrupt.install()
      Interrupt.reset()
      return try #require(
        EditLineSource(
          input: person.descriptor, output: person.descriptor, history: history, complete: complete)
      )
    }

    @Test(arguments: [
      ("hello\r", "hello"), ("\r", ""), ("helo\u{1B}[Dl\r", "hello"), ("abc\u{7F}d\r", "abd"),
      ("world\u{1}hello \r", "hello world"), ("one two\u{17}2\r", "one 2"),
      ("naïve 漢字 😀\r", "naïve 漢字 😀"), ("漢字\u{7F}語\r", "漢語"), ("é\u{1B}[Da\r", "aé"),
      ("one two\u{1B}[1;5D\u{1B}[1;5Dx\r", "xone two"), ("ab\u{1B}[H\u{1B}[3~\r", "b"),
      ("one\u{1B}\rtwo\r", "one\ntwo"),
    ])
    func edits(_ keys: String, _ line: String) throws {
      let person = try Person()
      let source = try editor(person)
      #expect(person.reads(source) { $0.type(keys) } == .line(line))
    }

    @Test func malformedBytesBecomeReplacementCharacters() throws {
      let person = try Person()
      let source = try editor(person)
      let input = person.reads(source) { person in
        for bytes in [[0x61, 0xFF, 0x62] as [UInt8], [0xC3, 0x28, 0x0D]] {
          _ = bytes.withUnsafeBytes { write(person.terminal.controller, $0.baseAddress, $0.count) }
        }
      }
      guard case .line(let line) = input else {
        Issue.record("\(input)")
        return
      }
      #expect(line.hasPrefix("a\u{FFFD}b\u{FFFD}"))
    }

    @Test func controlDEndsAnEmptyLineOnly() throws {
      let person = try Person()
      let source = try editor(person)
      #expect(person.reads(source) { $0.type("ab\u{1}\u{4}\r") } == .line("b"))
      #expect(person.reads(source) { $0.type("\u{4}") } == .endOfInput)
      #expect(person.reads(source) { $0.type("again\r") } == .line("again"))
    }

    @Test func echoIsOffWhileWorkRunsAndBackAtTheEnd() throws {
      let person = try Person()
      func echoes() -> Bool {
        var settings = termios()
        return tcgetattr(person.descriptor, &settings) == 0
          && settings.c_lflag & tcflag_t(ECHO) != 0
      }
      #expect(echoes())
      do {
        let source = try editor(person)
        #expect(person.reads(source) { $0.type("work\r") } == .line("work"))
        #expect(!echoes())
      }
      #expect(echoes())
    }

    @Test func aSignalIsAnInterruptAndTheNextLineIsFresh() throws {
      let person = try Person()
      let source = try editor(person)
      let input = person.reads(source) {
        $0.type("half a li")
        $0.wait(for: "half a li")
        kill(getpid(), SIGINT)
      }
      #expect(input == .interrupt)
      #expect(person.reads(source) { $0.type("next\r") } == .line("next"))
    }

    @Test func terminationEndsTheInput() throws {
      let person = try Person()
      let source = try editor(person)
      let input = person.reads(source) {
        $0.wait(for: "> ")
        kill(getpid(), SIGTERM)
      }
      #expect(input == .endOfInput)
      #expect(Interrupt.endingSignal == SIGTERM)
      Interrupt.reset()
    }

    @Test func aPasteIsOneEntry() throws {
      let person = try Person()
      let source = try editor(person)
      let input = person.reads(source) {
        $0.wait(for: "\u{1B}[?2004h")
        $0.type("say \u{1B}[200~one\r\ntwo\n\tthrée\u{1B}[31m\n\n\u{1B}[201~!\r")
      }
      #expect(input == .line("say one\ntwo\n\tthrée[31m!"))
      #expect(person.screen.contains("\u{1B}[?2004l"))
      #expect(person.reads(source) { $0.type("after\r") } == .line("after"))
    }

    @Test func aLargePasteArrivesWhole() throws {
      let person = try Person()
      let source = try editor(person)
      let text = (0..<2000).map { "line \($0) — ünïcode" }.joined(separator: "\n")
      let input = person.reads(source) { $0.type("\u{1B}[200~" + text + "\u{1B}[201~\r") }
      #expect(input == .line(text))
    }

    @Test func textCanBeGivenForEditing() throws {
      let person = try Person()
      let source = try editor(person)
      let input = person.reads(source, initial: "first\nsecönd") { $0.type(" more\u{1}>\r") }
      #expect(input == .line(">first\nsecönd more"))
    }

    @Test func historyComesBack() throws {
      let person = try Person()
      let source = try editor(person)
      for line in ["/tune 20", "how are you?", "two\nlines", "two\nlines"] { source.remember(line) }
      let up = "\u{1B}[A"
      #expect(person.reads(source) { $0.type(up + "\r") } == .line("two\nlines"))
      #expect(person.reads(source) { $0.type(up + up + "\r") } == .line("how are you?"))
      #expect(person.reads(source) { $0.type("\u{12}tun\r\r") } == .line("/tune 20"))
    }

    @Test func longHistoryEntriesComeBackWhole() throws {
      let person = try Person()
      let source = try editor(person)
      let long = String(repeating: "0123456789", count: 400)
      source.remember(long)
      #expect(person.reads(source) { $0.type("\u{1B}[A\r") } == .line(long))
    }

    @Test func tabCompletesAndLists() throws {
      let person = try Person()
      let source = try editor(person) { line, cursor in
        #expect(cursor == line.utf8.count)
        return line == "é/tu"
          ? Completed(replacing: 2, insertion: "tune ", candidates: [])
          : line == "x" ? Completed(replacing: 0, insertion: "", candidates: ["xa", "xb"]) : nil
      }
      #expect(person.reads(source) { $0.type("é/tu\t20\r") } == .line("é/tune 20"))
      let input = person.reads(source) {
        $0.type("x\t")
        $0.wait(for: "xa  xb")
        $0.type("y\r")
      }
      #expect(input == .line("xy"))
      #expect(person.reads(source) { $0.type("none\t\r") } == .line("none"))
    }

    @Test func theUsersEditrcIsObeyed() throws {
      let folder = try TemporaryFolder()
      try folder.write("bind -v\n", to: "editrc")
      let person = try Person()
      setenv("EDITRC", folder.path("editrc"), 1)
      Interrupt.reset()
      let source = try #require(
        EditLineSource(
          input: person.descriptor, output: person.descriptor, history: nil,
          complete: { _, _ in nil }
        ))
      let input = person.reads(source) {
        // The escape stands alone, as a person's does.
        $0.type("abc\u{1B}")
        usleep(150_000)
        $0.type("0xp\r")
      }
      #expect(input == .line("bac"))
      let paste = person.reads(source) { $0.type("\u{1B}[200~a\nb\u{1B}[201~\r") }
      #expect(paste == .line("a\nb"))
    }

    @Test func theWindowMayChange() throws {
      let person = try Person(columns: 40)
      let source = try editor(person)
      let input = person.reads(source) {
        $0.type(String(repeating: "a", count: 60))
        $0.wait(for: "aaa")
        $0.terminal.resize(columns: 20, rows: 10)
        kill(getpid(), SIGWINCH)
        usleep(50_000)
        $0.type("b\r")
      }
      #expect(input == .line(String(repeating: "a", count: 60) + "b"))
      #expect(windowSize(of: person.descriptor) == WindowSize(columns: 20, rows: 10))
    }

    @Test func aPlainTerminalKnowsControlCToo() throws {
      let person = try Person()
      Interrupt.install()
      Interrupt.reset()
      let lines = PlainLines(
        input: person.descriptor, echo: person.descriptor, isInteractive: true)
      let isTyping = DispatchGroup()
      DispatchQueue.global().async(group: isTyping) {
        person.wait(for: "> ")
        kill(getpid(), SIGINT)
        person.wait(for: ">> ")
        person.type("after\n\u{4}")
      }
      #expect(lines.next(prompt: "> ") == .interrupt)
      #expect(lines.next(prompt: ">> ") == .line("after"))
      #expect(lines.next(prompt: ">>> ") == .endOfInput)
      isTyping.wait()
    }
  }
}
