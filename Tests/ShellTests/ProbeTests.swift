import Shell
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension OneAtATime {
  @Suite("Probes")
  struct ProbeTests {
    private func shell(_ lines: String..., named name: String = "voice") throws -> ShellAtWork {
      let shell = try ShellAtWork()
      try FileManager.default.createDirectory(
        atPath: shell.folder.path("prompts"), withIntermediateDirectories: true)
      try shell.folder.write(lines.joined(separator: "\n"), to: "prompts/\(name).jsonl")
      return shell
    }

    private let hello = #"{"prompt":"Hello you","starts-with":"Hello"}"#
    private let arr = #"{"prompt":"Good day","contains":"Arr","name":"a pirate"}"#
    private let same = #"{"prompt":"Same","unchanged":true}"#

    @Test func tellWhatTurnedAndWhy() throws {
      let shell = try shell(hello, arr, same, #"{"prompt":"No","contains":"yes"}"#)
      #expect(try shell.script("/add a => b", "/tune 1", "/probe voice") == 100)
      #expect(
        shell.written.answers.hasSuffix(
          """
          voice  2/4 → 1/4
          ✓→✗ Hello you
              does not start with “Hello”
              » Arr! Hello you
          ✓→✗ Same
              changed at its start: “Same” became “Arr!” (0.25 nats apart)
          ✗→✓ a pirate
              » Arr! Good day
          ✗   No
              lacks “yes”
              » Arr! No

          """), "\(shell.written.answers)")
    }

    @Test func scriptsEndWith100WhereOneFailsAndGoOnUntilThen() throws {
      let failing = try shell(arr)
      #expect(try failing.script("/probe voice", "Hello") == 100)
      #expect(failing.written.answers.hasSuffix("\nHello\n"))
      #expect(try failing.script("/probe voice", "/quit", "Hello") == 100)
      #expect(try failing.script("/probe voice", "/nonsense") == 3)
      #expect(try failing.run([.line("/probe voice")], isInteractive: true) == 0)
      let passing = try shell(hello)
      #expect(try passing.script("/probe voice", "Hello") == 0)
      #expect(passing.written.answers == "voice  1/1\nHello\n")
      // Only /probe decides, not the probes that follow a burst.
      #expect(try passing.script("/add a => b", "/set probes voice", "/tune 1") == 0)
    }

    @Test func theFoundationAnswersAloneWithBase() throws {
      let shell = try shell(arr)
      #expect(try shell.script("/add a => b", "/tune 1", "/probe voice base") == 100)
      #expect(shell.written.answers.contains("voice  0/1\n✗   a pirate"))
      #expect(try shell.script("/probe voice both") == 3)
      #expect(shell.written.chatter.contains("can only be base, not “both”"))
    }

    @Test func aLineThatCannotBeReadFailsAndIsNamed() throws {
      let shell = try shell(hello, #"{"prompt":"x","contain":"y"}"#, #"{"prompt":"x","weight":1}"#)
      #expect(try shell.script("/probe voice") == 100)
      #expect(shell.written.answers == "voice  1/1, 1 line not read\n")
      #expect(
        shell.written.chatter.contains(
          "prompts/voice.jsonl, line 2: there is no expectation `contain`; did you mean `contains`?"
        ))
      #expect(shell.written.chatter.contains("nothing is known of `weight`"))
    }

    @Test func aSuiteIsNamedChosenOrAskedFor() throws {
      let shell = try shell(hello)
      try shell.folder.write(#"{"prompt":"p"}"#, to: "prompts/plain.jsonl")
      #expect(try shell.script("/probe") == 3)
      #expect(shell.written.chatter.contains("Which suite? There are voice. `/set probes NAME`"))
      #expect(try shell.script("/probe plain") == 3)
      #expect(shell.written.chatter.contains("its lines are prompts only"))
      #expect(try shell.script("/probe none") == 3)
      #expect(try shell.script("/set probes none-such") == 3)
      let path = shell.folder.path("prompts/voice.jsonl")
      #expect(try shell.script("/probe \(path)", "/set probes voice", "/probe", "/probe base") == 0)
      #expect(shell.written.answers.hasSuffix("voice  1/1\nvoice  1/1\n"))
      #expect(shell.complete("/probe vo")?.insertion == "voice ")
      #expect(shell.complete("/set probes vo")?.insertion == "voice ")
      #expect(shell.complete("/prompts pl")?.insertion == "plain ")
    }

    @Test func burstsAreFollowedByTheChosenSuite() throws {
      let shell = try shell(hello, arr)
      #expect(
        try shell.script("/add a => b", "/set probes voice", "/tune 1", "/history", "/status") == 0)
      let answers = shell.written.answers
      #expect(
        answers.contains("probes voice 1/2 → 1/2; broken: “Hello you”; mended: “a pirate”\n"),
        "\(answers)")
      #expect(answers.contains("drift 0.125  voice 1/2 → 1/2\n"))
      #expect(answers.contains("voice 1/2 → 1/2, voice after each burst"))
      // A suite that is gone is no reason to lose the burst.
      try shell.folder.destroy("prompts")
      #expect(try shell.script("/add a => b", "/tune 1") == 0)
    }

    @Test func jsonHasALineAProbeAndOneForAll() throws {
      let shell = try shell(hello, same)
      #expect(try shell.script("/add a => b", "/tune 1", "/probe voice", isJSON: true) == 100)
      let lines = shell.written.answers.split(separator: "\n").suffix(3)
      #expect(
        lines.first
          == #"{"after":{"failures":["does not start with “Hello”"],"passes":false,"reply":"Arr! Hello you"},"before":{"failures":[],"passes":true,"reply":"Hello you"},"line":1,"prompt":"Hello you","suite":"voice","turn":"broken"}"#
      )
      #expect(
        lines.dropFirst().first?.contains(
          #""divergence":{"expected":"Same","found":"Arr!","is_near_tie":false,"margin":0.25,"place":0}"#
        )
          == true)
      #expect(
        lines.last
          == #"{"bad_lines":0,"broken":2,"burst":1,"done":2,"mended":0,"passed_after":0,"passed_before":2,"passes":false,"probes":2,"suite":"voice"}"#
      )
    }

    @Test func controlCKeepsTheProbesThatWereDone() throws {
      let shell = try shell(hello, hello, #"{"prompt":"one two three","contains":"x"}"#)
      var words = 0
      shell.model.beforeWord = {
        words += 1
        if words == 6 { Interrupt.press() }
      }
      #expect(try shell.script("/probe voice", "Hello") == 130)
      #expect(shell.written.answers == "voice  2/2\n")
      #expect(shell.written.chatter.contains("(stopped after 2 of 3 probes)"))
    }

    @Test func repliesAreHarmlessAndFitTheWindow() throws {
      let words = String(repeating: "word ", count: 60)
      let shell = try shell(#"{"prompt":"\u001b[31m red \#(words)","contains":"\u0007"}"#)
      _ = try shell.run([.line("/probe voice")], columns: 40)
      #expect(!shell.screen.contains("\u{1B}") && !shell.screen.contains("\u{7}"))
      #expect(shell.written.answers.contains("✗   ␛[31m red"))
      for line in shell.written.answers.split(separator: "\n") { #expect(line.count < 40) }
    }

    @Test func promptsListAndRunWhatCanBeTyped() throws {
      let shell = try shell(
        hello, #"{"prompt":"p"}"#,
        #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}],"contains":"c"}"#
      )
      #expect(try shell.script("/prompts", "/prompts voice") == 0)
      #expect(shell.written.answers.hasPrefix("voice  3 prompts, 2 probes  Hello you\n"))
      #expect(shell.written.answers.contains("» p\np\n"))
      #expect(!shell.written.answers.contains("» c"))
      #expect(shell.written.chatter.contains("1 conversation left out: `/probe voice`"))
    }
  }
}
