import Shell
import Testing

extension OneAtATime {
  @Suite("Help")
  struct HelpTests {
    /// Whoever asks about a command is told how it is typed, sees it typed, and what holds where less is typed.
    @Test(arguments: Command.names)
    func everyCommandIsExplained(_ name: String) throws {
      let shell = try ShellAtWork()
      #expect(try shell.script("/help \(name)") == 0)
      let lines = shell.written.answers.split(separator: "\n").map(String.init)
      let usage = try #require(lines.first)
      #expect(usage == "/\(name)" || usage.hasPrefix("/\(name) "))
      #expect(lines.last?.hasPrefix("Example: /\(name)") == true, "\(lines)")
      guard usage.contains("[") else { return }
      let says = [
        "without", "alone", "unless", "at first", "by default", "with a ", "or n)", "force",
      ]
      let details = lines.dropFirst(2).dropLast().joined(separator: " ").lowercased()
      #expect(says.contains { details.contains($0) }, "\(details)")
    }
  }
}
