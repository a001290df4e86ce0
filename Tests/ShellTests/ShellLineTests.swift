import Shell
import Testing

extension OneAtATime {
  @Suite("Lines for the shell")
  struct ShellLineTests {
    @Test func theShellGetsTheLineAndItsStatusIsTold() throws {
      let shell = try ShellAtWork()
      shell.environment = ["SHELL": "/bin/sh"]
      let screen = try shell.typed(
        "!echo 'a  b' > \"$HOME/said\"", "!exit 3", "! kill -INT $$", "One")
      #expect(try shell.folder.text(of: "said") == "a  b\n")
      #expect(screen.contains("> !exit 3\n(the command ended with status 3)\n"))
      #expect(screen.contains("(the command ended with status 130)\n> One\nOne\n"))
    }

    @Test func aShellThatIsMissingIsNamed() throws {
      let shell = try ShellAtWork()
      shell.environment = ["SHELL": "/nowhere/sh"]
      #expect(
        try shell.typed("!true").contains("The shell /nowhere/sh cannot be started. Set $SHELL"))
    }

    /// Lines that are piped in may be anybody's.
    @Test func scriptsRunNone() throws {
      let shell = try ShellAtWork()
      #expect(try shell.script("!touch \"$HOME/made\"") == 3)
      #expect(throws: (any Error).self) { try shell.folder.text(of: "made") }
      #expect(shell.written.chatter.contains("for a person only"))
      #expect(try ShellAtWork().script("\"\"\"!wow\"\"\"") == 0)
    }
  }
}
