import Shell
import Testing

/// What was written, by channel.
final class Written {
  var answers = ""
  var chatter = ""
  var all: String { answers + chatter }

  func output(
    columns: Int? = nil, isColoured: Bool = false, isDumb: Bool = false, isJSON: Bool = false
  ) -> Output {
    Output(
      Output.Screen(
        palette: Palette(isColoured: isColoured), isTerminal: columns != nil, isDumb: isDumb,
        isJSON: isJSON),
      window: { columns }
    ) { text, channel in
      if channel == .answers { self.answers += text } else { self.chatter += text }
      return true
    }
  }
}

@Suite struct OutputTests {
  @Test func answersAndChatterStayApart() {
    let written = Written()
    let output = written.output()
    output.line("answer")
    output.note("chatter")
    output.complain("trouble")
    #expect(written.answers == "answer\n")
    #expect(written.chatter == "chatter\ntrouble\n")
  }

  @Test func withJSONThereIsNothingElse() throws {
    let written = Written()
    let output = written.output(isJSON: true)
    output.line("answer")
    output.prose("prose")
    output.beginReply()
    output.stream("hello")
    output.endReply()
    try output.json(["text": "a/b", "other": "é"])
    try output.answer([1.5, .nan]) { output.line("never") }
    #expect(written.answers == "{\"other\":\"é\",\"text\":\"a/b\"}\n[1.5,\"nan\"]\n")
  }

  @Test func repliesAreHarmlessAndEndTheirLine() {
    let written = Written()
    let output = written.output()
    output.beginReply()
    output.stream("one\r")
    output.stream("\ntwo\u{1B}[2J")
    output.endReply()
    output.beginReply()
    output.stream("ends itself\n")
    output.endReply()
    output.beginReply()
    output.endReply()
    #expect(written.answers == "one\ntwo␛[2J\nends itself\n")
  }

  @Test func withoutATerminalNothingIsWrapped() {
    let written = Written()
    let long = String(repeating: "word ", count: 60)
    let output = written.output()
    output.beginReply()
    output.stream(long)
    output.endReply()
    output.note(long)
    #expect(written.answers == long + "\n")
    #expect(written.chatter == long + "\n")
  }

  @Test func progressIsOneLineDrawnOver() {
    let written = Written()
    let output = written.output(columns: 20)
    for step in 1...3 { output.progress(Progress(step: step, total: 3)) }
    output.line("done")
    #expect(
      written.chatter
        == "\rstep 1/3\u{1B}[K\rstep 2/3\u{1B}[K\rstep 3/3\u{1B}[K\r\u{1B}[K")
    #expect(written.answers == "done\n")
  }

  @Test(arguments: [nil, 80])
  func plainProgressIsAFewLines(_ columns: Int?) {
    let written = Written()
    let output = written.output(columns: columns, isDumb: true)
    for step in 1...40 { output.progress(Progress(step: step, total: 40)) }
    let lines = written.chatter.split(separator: "\n")
    #expect(lines.count == 11)
    #expect(lines.first == "step 1/40" && lines.last == "step 40/40")
    #expect(!written.chatter.contains("\u{1B}"))
  }

  @Test func paletteObeysTheEnvironment() {
    func isColoured(_ environment: [String: String], _ tty: Bool = true, _ flag: Bool = false)
      -> Bool
    {
      Palette.chosen(environment: environment, isTerminal: tty, noColor: flag).isColoured
    }
    #expect(isColoured([:]))
    #expect(!isColoured([:], false))
    #expect(!isColoured([:], true, true))
    #expect(!isColoured(["NO_COLOR": "1"]))
    #expect(isColoured(["NO_COLOR": ""]))
    #expect(!isColoured(["TERM": "dumb"]))
    #expect(isColoured(["CLICOLOR_FORCE": "1"], false))
    #expect(!isColoured(["CLICOLOR_FORCE": "0"], false))
    #expect(!isColoured(["CLICOLOR_FORCE": "1", "NO_COLOR": "1"]))
    #expect(!isColoured(["CLICOLOR": "0"]))
  }
}
