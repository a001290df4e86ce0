import Shell
import Testing

extension OneAtATime {
  @Suite("Scripts")
  struct ScriptTests {
    @Test func runToTheEnd() throws {
      let shell = try ShellAtWork()
      #expect(try shell.script("# a comment", "", "/add a => b", "/tune 2", "Hello") == 0)
      #expect(shell.written.answers.hasSuffix("Arr! Arr! Hello\n"))
      #expect(!shell.screen.contains("> "))
    }

    @Test func stopAtTheFirstErrorAndNameItsLine() throws {
      let shell = try ShellAtWork()
      #expect(try shell.script("/add a => b", "", "/tune many", "/add c => d") == 3)
      #expect(shell.written.chatter.contains("line 3: The number of steps is a number from 1"))
      #expect(!shell.screen.contains("example 2"))
    }

    @Test func namesTheLineAnEntryBeginsOn() throws {
      let shell = try ShellAtWork()
      #expect(try shell.script("Hi", "/add \"\"\"a", "b\"\"\" = c") == 3)
      #expect(shell.written.chatter.hasPrefix("line 2: A => must stand"))
    }

    @Test func commandsAreWrittenInFull() throws {
      let shell = try ShellAtWork()
      #expect(try shell.script("/hist") == 3)
      #expect(shell.written.chatter.contains("`/history` rather than `/hist`"))
      let other = try ShellAtWork()
      #expect(try other.script("/s") == 3)
      #expect(other.written.chatter.contains("There is no command `/s`"))
    }

    @Test func quitEndsThem() throws {
      let shell = try ShellAtWork()
      #expect(try shell.script("/quit", "/nonsense") == 0)
    }

    @Test func neverAskAnybody() throws {
      let shell = try ShellAtWork()
      try shell.folder.write("precious", to: "data.jsonl")
      let path = shell.folder.path("data.jsonl")
      #expect(try shell.script("/add a => b", "/export-data \(path)") == 3)
      #expect(try shell.folder.text(of: "data.jsonl") == "precious")
      #expect(try shell.script("/export-data \(path) force") == 0)
      #expect(try shell.folder.text(of: "data.jsonl") == "")
      #expect(try shell.script("Hello", "/fix") == 3)
      #expect(shell.written.chatter.contains("Set $EDITOR"))
    }

    @Test func controlCEndsThem() throws {
      let shell = try ShellAtWork()
      var words = 0
      shell.model.beforeWord = {
        words += 1
        if words == 3 { Interrupt.press() }
      }
      #expect(try shell.script("one two three four", "five") == 130)
      #expect(shell.written.answers == "one two\n")
    }

    @Test func jsonIsAllThereIs() throws {
      let shell = try ShellAtWork()
      let code = try shell.script(
        "/add a => b", "/tune 2", "Hello", "/diff Hello", "/diff @1 @0 Hello", "/heat", "/dose",
        "/render 1", "/lint", "/branch one", "/branch",
        "/note good", "/blend @1 0.5", "/checkout 1",
        "/gauges seeds=2", "/base Hello", "/history", "/status",
        "/examples", "/show", "/show 1", "/show burst 1", "/undo", "/redo", "/checkout 0",
        "/scale 1",
        "/chat off", "/set temperature 0", "/system none", "/model", "/sessions", "/prompts",
        "/help",
        "/good", "/edit 1 x => y", "/rm 1", isJSON: true)
      #expect(code == 0, "\(shell.screen)")
      let lines = shell.written.answers.split(separator: "\n")
      #expect(lines.count > 40)
      for line in lines { #expect(line.hasPrefix("{") && line.hasSuffix("}"), "\(line)") }
      #expect(lines.contains { $0.hasPrefix(#"{"gradient_norm":1,"learning_rate":"#) })
      #expect(
        lines.contains {
          $0.contains(#""text":"Arr! Arr! Hello""#) && $0.contains(#""stop":"end""#)
        })
      #expect(lines.contains(#"{"current":null}"#))
    }

    @Test func nothingIsWrappedOrCut() throws {
      let shell = try ShellAtWork()
      let long = String(repeating: "word ", count: 40) + "end"
      #expect(try shell.script("/add \(long) => \(long)", "/examples", long) == 0)
      #expect(shell.written.answers.contains("1  \(long) → \(long)\n\(long)\n"))
    }

    @Test func burstsAreShownByNumberNameAndPlace() throws {
      let shell = try ShellAtWork()
      let lines = ["/add a => b", "/tune 2", "/branch one"]
      let shown = lines + ["/show burst 1", "/show @1", "/show @one", "/show @"]
      #expect(try shell.run(shown.map { .line($0) }, isInteractive: false) == 0)
      let found = shell.written.answers.split(separator: "\n").filter { $0.hasPrefix("burst  ") }
      #expect(found == Array(repeating: "burst     1, after the foundation", count: 4), "\(found)")
      for (word, reason) in [
        ("@0", "The foundation is no burst"), ("@2", "burst 2"), ("@1 2", "one word too many"),
        ("@?", "does not name a burst"),
      ] {
        let other = try ShellAtWork()
        let refused = (lines + ["/show \(word)"]).map { Input.line($0) }
        #expect(try other.run(refused, isInteractive: false) == 3)
        #expect(other.written.chatter.contains(reason), "\(other.written.chatter)")
      }
    }

    @Test func unfinishedTextIsAnError() throws {
      let shell = try ShellAtWork()
      #expect(try shell.script("\"\"\"never closed", "more") == 3)
      #expect(shell.written.chatter.contains("opened and never closed"))
    }
  }
}
