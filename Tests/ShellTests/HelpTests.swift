import Shell
import Testing

extension OneAtATime {
  @Suite("Help")
  struct HelpTests {
    /// Whoever asks about a command is told how it is typed, what holds where less is typed, and sees it typed.
    @Test(arguments: Command.names)
    func everyCommandIsExplained(_ name: String) throws {
      let shell = try ShellAtWork()
      #expect(try shell.script("/help \(name)") == 0)
      let lines = shell.written.answers.split(separator: "\n").map(String.init)
      let usage = try #require(lines.first)
      #expect(usage == "/\(name)" || usage.hasPrefix("/\(name) "))
      let example = try #require(lines.last)
      #expect(example.hasPrefix("Example: /\(name)"), "\(lines)")
      #expect(lines.count { $0.hasPrefix("Example: ") } == 1)

      let takesNothing = usage == "/\(name)"
      let defaults = lines.indices.filter { lines[$0].hasPrefix("Defaults: ") }
      #expect(defaults == (takesNothing ? [] : [lines.count - 2]), "\(lines)")
      guard let line = defaults.first.map({ lines[$0] }) else { return }
      #expect(line.hasSuffix("."))
      // Where something must be typed, nothing stands in for it; where nothing need be, something does.
      let needsMore = !usage.dropFirst(name.count + 2).hasPrefix("[")
      if !needsMore { #expect(!line.hasPrefix("Defaults: none"), "\(line)") }
    }

    /// The examples are lines that can be typed: each names a command, and the words that follow are of its kind.
    @Test(arguments: Command.names)
    func theExamplesCanBeTyped(_ name: String) throws {
      let shell = try ShellAtWork()
      _ = try shell.script("/help \(name)")
      let example = try #require(
        shell.written.answers.split(separator: "\n").last?.dropFirst("Example: ".count))
      for line in example.split(separator: "   ") where line.hasPrefix("/") {
        let typed = try ShellAtWork()
        // What is written goes to the shell's own folder.
        _ = try typed.script(String(line.replacing(" pirate", with: " ~/pirate")))
        for wrong in ["Usage: ", "There is no command", "There is no setting", "is one of"] {
          #expect(!typed.written.chatter.contains(wrong), "\(line): \(typed.written.chatter)")
        }
      }
    }
  }
}
