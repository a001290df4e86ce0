import Shell
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension OneAtATime {
  @Suite("Numbered turns")
  struct TurnsTests {
    @Test func aNumberNamesAReply() throws {
      let shell = try ShellAtWork()
      let screen = try shell.typed(
        "One", "Two", "Three", "/turns", "/turns 1", "/fix %1 Uno", "/good %2", "/bad %1",
        "/show %2",
        "/examples")
      #expect(screen.contains("> /turns\n%1  One → One\n%2  Two → Two\n%3  Three → Three\n"))
      #expect(screen.contains("> /turns 1\n%3  Three → Three\n>"))
      #expect(screen.contains("> /show %2\nuser\nTwo\nassistant (the foundation)\nTwo\n"))
      #expect(screen.contains("1  One → ✓ Uno ✗ One"))
      #expect(screen.contains("2  Two → Two\n3  One"))
    }

    @Test func aNumberNamesAPrompt() throws {
      let shell = try ShellAtWork()
      let screen = try shell.typed("One", "Two", "/add a => b", "/tune 1", "/diff %1", "/base %1")
      #expect(screen.contains("{+Arr!+} One\n"))
      #expect(screen.contains("> /base %1\nOne\n"))
    }

    @Test func aNumberNamesWhatIsAskedAgain() throws {
      let shell = try ShellAtWork()
      let screen = try shell.typed(
        "One", "Two", "/retry %1", "/retry %1 1", "/turns 2", "/prefer %2", "1", "/examples",
        "/retry %1 2 3", "/retry %9")
      // A parrot's further samples end in their dice.
      #expect(screen.contains("> /turns 2\n%3  One → One #"))
      #expect(screen.contains("1  Two → ✓ Two #"))
      #expect(screen.contains("“3” is one word too many"))
      #expect(screen.contains("among those that are kept"))
    }

    @Test func aPersonSeesTheNumber() throws {
      let shell = try ShellAtWork()
      _ = try shell.run(["One", "Two", "/base"].map { .line($0) }, columns: 40)
      #expect(shell.screen == "> One\nOne\n%1\n> Two\nTwo\n%2\n> /base\nTwo\n%3\n> ^D\n")
      #expect(shell.written.answers == "One\nTwo\nTwo\n")
      let script = try ShellAtWork()
      _ = try script.run([.line("One")], isInteractive: false, columns: 40)
      #expect(script.screen == "One\n")
      let json = try ShellAtWork()
      _ = try json.run([.line("One")], columns: 40, isJSON: true)
      #expect(json.written.chatter == "")
    }

    @Test func aSuiteIsComparedBetweenAnyTwoBursts() throws {
      let shell = try ShellAtWork()
      try FileManager.default.createDirectory(
        atPath: shell.folder.path("prompts"), withIntermediateDirectories: true)
      try shell.folder.write("{\"prompt\":\"Hi\"}\n{\"prompt\":\"Ho\"}", to: "prompts/two.jsonl")
      let screen = try shell.typed(
        "/add a => b", "/tune 1", "/tune 2", "/undo", "/prompts two diff @1 @2",
        "/prompts two diff @2", "/prompts two diff", "/prompts two diff @7", "/prompts two diff x",
        "/prompts two blend")
      #expect(screen.contains("diff @1 @2\n» Hi\nArr! {+Arr! Arr!+} Hi\n"), "\(screen)")
      #expect(screen.contains("» Ho\nArr! {+Arr! Arr!+} Ho\n"))
      #expect(screen.contains("diff @2\n» Hi\nArr! [-Arr! Arr!-] Hi\n"))
      #expect(screen.contains("two diff\n» Hi\n{+Arr!+} Hi\n"))
      #expect(screen.contains("There is no burst 7"))
      #expect(screen.contains("“x” does not name a burst"))
      #expect(screen.contains("What to do with the prompts can only be diff, not “blend”."))
      #expect(shell.complete("/prompts two d")?.insertion == "diff ")
      #expect(shell.complete("/prompts two diff @2 @")?.candidates == ["@base", "@1", "@2"])
      #expect(shell.complete("/prompts t")?.insertion == "two ")
    }

    @Test func whatOnlyLooksLikeOneIsProse() throws {
      let shell = try ShellAtWork()
      let screen = try shell.typed(
        "One", "/fix %d is a verb", "/fix \"%1 is a reply\"", "/examples", "/base \"%1\"")
      #expect(screen.contains("1  One → ✓ %d is a verb"))
      #expect(screen.contains("2  One → ✓ %1 is a reply"))
      #expect(screen.hasSuffix("> /base \"%1\"\n%1\n> ^D\n"))
    }

    @Test(arguments: [
      "/fix %7 a", "/good %0", "/bad %99999999999999999999", "/base %2", "/show %2",
    ])
    func oneThatIsNotThereIsNamed(_ line: String) throws {
      let shell = try ShellAtWork()
      let screen = try shell.typed("One", line, "/examples")
      #expect(screen.contains("among those that are kept. `/turns` lists them."))
      #expect(screen.contains("There are no examples"))
    }

    @Test func otherWordsAreRefused() throws {
      let shell = try ShellAtWork()
      let screen = try shell.typed("/turns", "One", "/good one", "/turns 0")
      #expect(screen.contains("> /turns\nThere is no reply yet."))
      #expect(screen.contains("“one” does not name a reply: %3 does."))
      #expect(screen.contains("How many turns is a number of at least 1"))
    }

    @Test func tabOffersThem() throws {
      let shell = try ShellAtWork()
      _ = try shell.typed("One", "Two")
      #expect(shell.complete("/fix %")?.candidates == ["%1", "%2"])
      #expect(shell.complete("/diff %2")?.insertion == "%2 ")
      #expect(shell.complete("/good ") == nil)
    }
  }

  @Suite("Answers in JSON")
  struct JSONTests {
    @Test func isTurnedOnAndOff() throws {
      let shell = try ShellAtWork()
      #expect(try shell.script("/json on", "One", "/turns", "/json off", "/turns", "/json") == 0)
      let lines = shell.written.answers.split(separator: "\n")
      #expect(lines.first == #"{"json":true}"#)
      #expect(lines.count == 6 && lines[1...2].allSatisfy { $0.hasPrefix("{") })
      #expect(
        lines[3...] == [
          "JSON is off: answers are text", "%1  One → One", "JSON is off: answers are text",
        ])
    }

    @Test func anythingElseIsRefused() throws {
      let shell = try ShellAtWork()
      #expect(try shell.script("/json yes") == 3)
      #expect(shell.written.chatter.contains("The JSON mode is one of on, off, not “yes”."))
    }
  }
}
