import Shell
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension OneAtATime {
  /// `/output FILE`: what a person sees, in a file as well.
  @Suite("Output to a file")
  struct OutputFileTests {
    @Test func readsAsWhatWasTypedAndAnswered() throws {
      let shell = try ShellAtWork()
      let inputs = [
        "/output", "/output ~/log.txt", "Hello there", "/add a => b", "/nonsense", "/output",
        "/output off", "unheard",
      ]
      _ = try shell.run(inputs.map { .line($0) }, columns: 30)
      #expect(shell.screen.contains("> /output\noutput goes to the screen"))
      #expect(
        try shell.folder.text(of: "log.txt") == """
          > Hello there
          Hello there
          %1
          > /add a => b
          example 1 added (2 tokens, 1 trained)
          > /nonsense
          There is no command `/nonsense`. `/help` lists them. A prompt that starts with / is typed with //.
          > /output
          output goes to ~/log.txt as well
          > /output off

          """)
    }

    @Test func nothingIsWrappedCutOrColoured() throws {
      let shell = try ShellAtWork()
      let long = String(repeating: "many words ", count: 20) + "end"
      let inputs = [
        "/output ~/log.txt", long, "/turns", "/add a => b", "/tune 1", "/diff \(long)", "/history",
        "/status", "/set", "/help", "/heat",
      ]
      _ = try shell.run(inputs.map { .line($0) }, columns: 20)
      let log = try shell.folder.text(of: "log.txt")
      #expect(log.contains("> \(long)\n\(long)\n%1\n"))
      #expect(log.contains("%1  \(long) → \(long)\n"))
      #expect(log.contains("{+Arr!+} \(long)\n"))
      #expect(log.contains("● 1  loss 4.000  1 step, "))
      #expect(log.contains("rank                8         8         1 to 1024 "))
      #expect(!log.contains("…\n") && !log.contains("\u{1B}"))
      #expect(!log.contains("1/1  loss"), "progress is not an answer")
    }

    @Test func coloursStayOnTheScreen() throws {
      let folder = try TemporaryFolder()
      let written = Written()
      let output = written.output(columns: 40, isColoured: true)
      output.transcript = try Transcript(path: folder.path("log.txt"), session: nil)
      output.line(output.palette.paint("strong", .strong) + " plain")
      output.prose("prose", .bad)
      output.note("note")
      output.beginReply()
      output.stream("a\u{1B}[2Jb\r\n")
      output.endReply()
      #expect(written.all.contains("\u{1B}[1mstrong\u{1B}[0m"))
      #expect(try folder.text(of: "log.txt") == "strong plain\nprose\nnote\na␛[2Jb\n")
    }

    @Test func withJSONItIsLinesOfJSON() throws {
      let shell = try ShellAtWork()
      #expect(
        try shell.script(
          "/output ~/log.jsonl", "Say \"hi\"", "/json off", "Bye", "/json on", "/output off",
          isJSON: true) == 0)
      #expect(shell.written.answers.hasPrefix("{\"appends\":false,\"output\":"))
      let log = try shell.folder.text(of: "log.jsonl").split(separator: "\n")
      #expect(log.first == #"{"typed":"Say \"hi\""}"#)
      #expect(log[1].hasPrefix("{") && log[1].contains(#""text":"Say \"hi\"""#))
      #expect(log[2] == #"{"typed":"/json off"}"#)
      #expect(log.contains("> Bye"))
      #expect(log.last == #"{"typed":"/output off"}"#)
    }

    @Test func whatIsThereStays() throws {
      let shell = try ShellAtWork()
      try shell.folder.write("before, without an end", to: "log.txt")
      let screen = try shell.typed("/output ~/log.txt", "Hello")
      #expect(screen.contains("output goes to ~/log.txt as well, added to what is there\n"))
      #expect(
        try shell.folder.text(of: "log.txt") == "before, without an end\n> Hello\nHello\n")
    }

    @Test func whatCannotBeWrittenIsToldOnceAndEnds() throws {
      let shell = try ShellAtWork()
      try FileManager.default.createDirectory(
        atPath: shell.folder.path("gone"), withIntermediateDirectories: true)
      let inputs = [
        "/output ~/gone/log.txt", "/add a => b", "!rm -r ~/gone", "Hello", "Bye", "/output",
      ]
      shell.environment["SHELL"] = "/bin/sh"
      _ = try shell.run(inputs.map { .line($0) })
      let parts = shell.screen.split(separator: "Output cannot be written to ~/gone/log.txt: ")
      #expect(parts.count == 2, "\(shell.screen)")
      #expect(parts.last?.contains("> Bye\nBye\n> /output\noutput goes to the screen") == true)
    }

    @Test func noFileThatIsNoneOrTheSessions() throws {
      let shell = try ShellAtWork()
      try FileManager.default.createDirectory(
        atPath: shell.folder.path("folder"), withIntermediateDirectories: true)
      let screen = try shell.typed(
        "/output ~/folder", "/output ~/missing/log", "/output /dev/null", "/add a => b",
        "/save one", "/output ~/sessions/one.json", "/output a b", "/output")
      let refusals = screen.split(separator: "\n").filter { $0.hasPrefix("Output cannot be") }
      #expect(refusals.count == 4, "\(screen)")
      #expect(refusals[2].contains("it is no plain file"))
      #expect(refusals[3].contains("it is the session's own file"))
      #expect(screen.contains("“b” is one word too many"))
      #expect(screen.hasSuffix("output goes to the screen only\n> ^D\n"))
    }
  }
}
