import Shell
import Testing

extension OneAtATime {
  @Suite("A person at the shell")
  struct PersonTests {
    @Test func controlCKeepsWhatWasSaid() throws {
      let shell = try ShellAtWork()
      var words = 0
      shell.model.beforeWord = {
        words += 1
        if words == 3 { Interrupt.press() }
      }
      let screen = try shell.typed("one two three four", "/show", "/good")
      #expect(screen.contains("one two\n(stopped; what was said is kept)\n> /show"))
      #expect(screen.contains("assistant (the foundation)\none two\n"))
      #expect(screen.contains("example 1 added"))
    }

    @Test func controlCKeepsWhatWasLearnt() throws {
      let shell = try ShellAtWork()
      var steps = 0
      shell.model.beforeStep = {
        steps += 1
        if steps == 3 { Interrupt.press() }
      }
      let screen = try shell.typed("/add a => b", "/tune 10", "Hello", "/undo", "Hello")
      #expect(screen.contains("in 2 steps (stopped)"))
      #expect(screen.contains("Stopped; what was learnt is kept."))
      #expect(screen.contains("Arr! Arr! Hello\nattune 1 (kl .25)> /undo\ntook back burst 1"))
      #expect(screen.hasSuffix("> Hello\nHello\n> ^D\n"))
    }

    @Test func controlCBeforeTheFirstStepChangesNothing() throws {
      let shell = try ShellAtWork()
      shell.model.beforeStep = { Interrupt.press() }
      let screen = try shell.typed("/add a => b", "/tune 10", "/history")
      #expect(screen.contains("Stopped before the first step was done"))
      #expect(screen.hasSuffix("> /history\n● foundation\n> ^D\n"))
    }

    @Test func controlCTwiceLeavesOnceTheWorkIsKept() throws {
      let shell = try ShellAtWork()
      shell.model.beforeWord = {
        Interrupt.press()
        Interrupt.press()
      }
      #expect(try shell.run([.line("one two"), .line("never")]) == 130)
      #expect(!shell.screen.contains("never"))
    }

    @Test func controlCAtThePromptIsNothing() throws {
      let shell = try ShellAtWork()
      #expect(try shell.run([.interrupt, .line("Hi"), .interrupt]) == 0)
      #expect(shell.screen == "> ^C\n> Hi\nHi\n> ^C\n> ^D\n")
    }

    @Test func theEditorMakesAnExample() throws {
      let shell = try ShellAtWork()
      shell.environment = ["EDITOR": "sed -i.bak s/Hello/Ahoy/", "TMPDIR": shell.folder.path]
      let screen = try shell.typed("Hello there", "/fix", "/show 1")
      #expect(screen.contains("example 1 added"))
      #expect(screen.contains("assistant\n  Ahoy there\n"))
    }

    @Test func anEditorThatFailsChangesNothing() throws {
      let shell = try ShellAtWork()
      shell.environment = ["VISUAL": "false", "EDITOR": "true", "TMPDIR": shell.folder.path]
      let screen = try shell.typed("Hello there", "/fix", "/examples")
      #expect(screen.contains("The editor (false) ended with status 1, so nothing was changed."))
      #expect(screen.contains("There are no examples"))
    }

    @Test func anEditThatIsRefusedIsNotLost() throws {
      let shell = try ShellAtWork()
      let long = String(repeating: "x ", count: 500)
      try shell.folder.write(long, to: "long")
      shell.environment = [
        "EDITOR": "cp \(shell.folder.path("long"))", "TMPDIR": shell.folder.path,
      ]
      let screen = try shell.typed("Hello there", "/fix")
      let start = try #require(screen.firstRange(of: "Your text is kept in ~/"))
      let name = String(screen[start.upperBound...].prefix { $0 != "\n" }.dropLast())
      #expect(try shell.folder.text(of: name) == long)
      #expect(screen.contains("The example was not added"))
    }

    @Test func examplesAreEditedTurnByTurn() throws {
      let shell = try ShellAtWork()
      try shell.folder.write("s/^Ahoy$/Ahoy\\n### odd\\n/\n", to: "script")
      shell.environment = [
        "EDITOR": "sed -i.bak -f \(shell.folder.path("script"))", "TMPDIR": shell.folder.path,
      ]
      let screen = try shell.typed("/add Hi => Ahoy", "/edit 1", "/show 1")
      #expect(screen.contains("example 1 changed"))
      #expect(screen.contains("user\n  Hi\nassistant\n  Ahoy\nodd\n"))
    }

    @Test func modelTextIsHarmlessEverywhere() throws {
      let shell = try ShellAtWork()
      let screen = try shell.typed(
        "a\u{1B}[2Jb", "/good", "/examples", "/show", "/show 1", "/diff a\u{1B}[2Jb", "/add c => d",
        "/tune 1", "/diff a\u{9B}2Jb", "/system x\u{1B}]0;t\u{7}")
      // What was typed is echoed by the test's own line source, not by the shell.
      let shown = screen.split(separator: "\n").filter { !$0.contains("> ") }
      for line in shown {
        #expect(!line.unicodeScalars.contains { $0.value < 32 || (0x7F...0x9F).contains($0.value) })
      }
      #expect(screen.contains("a␛[2Jb"))
    }

    @Test func tabKnowsTheNames() throws {
      let shell = try ShellAtWork()
      try shell.folder.write("", to: "data file.jsonl")
      try shell.folder.write("", to: "draft.jsonl")
      _ = try shell.typed("/add a => b", "/add c => d", "/tune 1", "/save one")
      let tab = { (line: String) in shell.complete(line) }
      #expect(tab("/hi") == Completed(replacing: 2, insertion: "history "))
      #expect(
        tab("/ex")
          == Completed(
            replacing: 2, insertion: "ex", candidates: ["examples", "export-data", "export"]))
      #expect(tab("/exa") == Completed(replacing: 3, insertion: "examples "))
      #expect(tab("/export-d") == Completed(replacing: 8, insertion: "export-data "))
      #expect(tab("/help tun") == Completed(replacing: 3, insertion: "tune "))
      #expect(tab("/edit ") == Completed(replacing: 0, insertion: "", candidates: ["1", "2"]))
      #expect(tab("/show b") == Completed(replacing: 1, insertion: "burst "))
      #expect(tab("/export ~/data\\ file.jsonl f")?.insertion == "force ")
      #expect(tab("/checkout f") == Completed(replacing: 1, insertion: "foundation "))
      #expect(tab("/set temp") == Completed(replacing: 4, insertion: "temperature "))
      #expect(tab("/tune unt") == Completed(replacing: 3, insertion: "until "))
      #expect(tab("/tune until dr") == Completed(replacing: 2, insertion: "drift<="))
      #expect(tab("/tune learn") == Completed(replacing: 5, insertion: "learning-rate="))
      #expect(tab("/chat o") == Completed(replacing: 1, insertion: "o", candidates: ["on", "off"]))
      #expect(tab("/open o") == Completed(replacing: 1, insertion: "one "))
      #expect(tab("/import ~/data") == Completed(replacing: 6, insertion: "~/data\\ file.jsonl "))
      #expect(
        tab("/import ~/data\\ f") == Completed(replacing: 9, insertion: "~/data\\ file.jsonl "))
      #expect(tab("/import ~/sess") == Completed(replacing: 6, insertion: "~/sessions/"))
      #expect(tab("plain text") == nil)
      #expect(tab("//slash") == nil)
      #expect(tab("/nothing x") == nil)
    }

    @Test func workThatCannotBeWrittenIsNotLeftQuietly() throws {
      let shell = try ShellAtWork()
      let screen = try shell.typed(
        "/save one", "/add a => b", "/quit", "/quit", "never", breaking: "sessions")
      #expect(screen.contains("Not everything is on disk"))
      #expect(screen.hasSuffix("leaves all the same.\n> /quit\n"))
    }

    /// No line, however odd, ends the shell or breaks its screen.
    @Test func oddLinesAreSurvived() throws {
      var random = SplitMix(state: 3)
      let pieces =
        Command.names.filter { !["export", "export-data", "output", "save", "quit"].contains($0) }
        .map { "/" + $0 } + [
          "/", "//", "\"", "'", "\"\"\"", "=>", "=", "\\", "1", "-1", "999999999999999999999",
          "1-9",
          "force", "off", "none", "all", "é", "\u{0}", "\u{1B}[2J", "{}", "a b", "burst", "epochs",
          "temperature", "rank", "nan", "inf", "1e999", ".", "\n", "\t", "default", "foundation",
        ]
      for _ in 0..<40 {
        let shell = try ShellAtWork()
        let lines = (0..<25).map { _ -> String in
          let words = (0..<Int.random(in: 1...5, using: &random)).map { _ in
            pieces[Int.random(in: 0..<pieces.count, using: &random)]
          }
          return words.joined(separator: Bool.random(using: &random) ? " " : "")
        }
        #expect(try shell.run(lines.map { .line($0) }, columns: 20) == 0)
        #expect(shell.screen.hasSuffix("^D\n"))
        #expect(!(shell.written.answers + shell.written.chatter).contains("\u{1B}"))
      }
    }
  }
}
