import Shell
import Testing

extension OneAtATime {
  @Suite("Teaching from a script")
  struct TeachingTests {
    @Test func theNextLineIsTheChoice() throws {
      let shell = try ShellAtWork()
      let code = try shell.script("/prefer Hi there", "2", "/examples", "/show")
      #expect(code == 0, "\(shell.screen)")
      #expect(shell.written.answers.hasPrefix("1\nHi there #"))
      #expect(shell.written.answers.contains("example 1 added"))
      #expect(shell.written.chatter.contains("drawn at temperature 0.8"))
    }

    @Test func aLineThatIsNoChoiceStopsTheScript() throws {
      let shell = try ShellAtWork()
      #expect(try shell.script("/prefer Hi there", "/tune 5", "/add a => b") == 3)
      #expect(
        shell.written.chatter.contains(
          "line 2: “/tune 5” is no choice. 1 and 2 pick a reply, n takes neither, q leaves it."))
      // The lines after a choice are counted on.
      let other = try ShellAtWork()
      #expect(try other.script("/prefer Hi there", "1", "/tune many") == 3)
      #expect(other.written.chatter.contains("line 3: "))
    }

    @Test func whereNobodyChoosesNothingIsKept() throws {
      let shell = try ShellAtWork()
      #expect(try shell.script("/prefer Hi there") == 0)
      #expect(shell.written.chatter.contains("Left as it was."))
      let other = try ShellAtWork()
      #expect(try other.script("/prefer") == 3)
      #expect(try ShellAtWork().script("/prefer base Hi") == 3)
      #expect(try ShellAtWork().script("/retry") == 3)
      #expect(try ShellAtWork().script("/bad") == 3)
    }

    @Test func quotesAroundAPromptThatBeginsWithAnOption() throws {
      let shell = try ShellAtWork()
      #expect(try shell.script("/prefer \"blind people read how?\"", "1") == 0)
      #expect(shell.written.answers.contains("1\nblind people read how? #"))
    }

    @Test func jsonIsAllThereIs() throws {
      let shell = try ShellAtWork()
      let code = try shell.script(
        "/add a => b", "/tune 2", "Hello", "/bad", "/retry", "/prefer blind Hello", "2", "/prefer",
        "n", "/status", isJSON: true)
      #expect(code == 0, "\(shell.screen)")
      let lines = shell.written.answers.split(separator: "\n")
      for line in lines { #expect(line.hasPrefix("{") && line.hasSuffix("}"), "\(line)") }
      #expect(lines.contains { $0.contains(#""attempt":1"#) })
      let blind = try #require(lines.first { $0.hasPrefix(#"{"blind":true"#) })
      // Whose reply is whose is said after the choice only.
      #expect(!blind.contains("burst"))
      #expect(
        lines.contains {
          $0.hasPrefix(#"{"bursts":["#) && $0.contains(#""example":3,"preferred":2"#)
        })
      #expect(lines.contains { $0.hasPrefix(#"{"bursts":[1,1]"#) && !$0.contains("preferred") })
      #expect(lines.last?.contains(#""votes":[{"burst":1,"#) == true)
    }

    @Test func wideWindowsShowBothSideBySide() throws {
      let shell = try ShellAtWork()
      _ = try shell.run([.line("/prefer Hi there"), .line("q")], columns: 120)
      #expect(shell.screen.contains(" │ Hi there #"))
      let narrow = try ShellAtWork()
      _ = try narrow.run([.line("/prefer Hi there"), .line("q")], columns: 40)
      #expect(!narrow.screen.contains("│"))
    }

    @Test func aStoppedSampleAsksNothing() throws {
      let shell = try ShellAtWork()
      shell.model.beforeWord = { Interrupt.press() }
      _ = try shell.run([.line("/prefer Hi there")])
      #expect(shell.screen.contains("Stopped; nothing was asked."))
    }

    @Test func pairsAreEditedUnderTheirRoles() throws {
      let shell = try ShellAtWork()
      shell.environment = ["EDITOR": "sed -i.bak s/Ahoy/Avast/", "TMPDIR": shell.folder.path]
      let screen = try shell.typed("Hello there", "/fix Ahoy", "/edit 1", "/show 1")
      #expect(screen.contains("chosen: assistant\n  Avast\nrejected: assistant\n  Hello there\n"))
    }

    @Test func aPairWithoutItsRejectedAnswerIsAnExample() throws {
      let shell = try ShellAtWork()
      shell.environment = [
        "EDITOR": "sed -i.bak -e '/### rejected/,$d'", "TMPDIR": shell.folder.path,
      ]
      let screen = try shell.typed("Hello there", "/fix Ahoy", "/edit 1", "/examples")
      #expect(screen.contains("1  Hello there → Ahoy\n"))
    }

    @Test func tabOffersTheKindsOfChoice() throws {
      let shell = try ShellAtWork()
      _ = try shell.typed("Hello")
      #expect(shell.complete("/prefer bl")?.insertion == "blind ")
    }
  }
}
