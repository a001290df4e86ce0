import Shell
import Testing

@Suite struct EntryTests {
  private func entries(_ lines: String...) -> [Input] {
    var reader = EntryReader(ScriptedLines(lines))
    var result: [Input] = []
    while true {
      let input = reader.next(prompt: "> ", continuation: ". ")
      if input == .endOfInput { return result }
      result.append(input)
    }
  }

  @Test func aLineIsAnEntry() {
    #expect(entries("a", "", "b") == [.line("a"), .line(""), .line("b")])
  }

  @Test func backslashJoinsLines() {
    #expect(entries("a\\", "b\\", "c", "d") == [.line("a\nb\nc"), .line("d")])
    #expect(entries("a\\\\", "b") == [.line("a\\\\"), .line("b")])
    #expect(entries("a\\\\\\", "b") == [.line("a\\\\\nb")])
    #expect(entries("a\\") == [.line("a\n")])
  }

  @Test func threeQuotesKeepEverything() {
    #expect(
      entries("\"\"\"one", "two\\", "", "three\"\"\"", "after")
        == [.line("\"\"\"one\ntwo\\\n\nthree\"\"\""), .line("after")])
    #expect(
      entries("/add \"\"\"p\"\"\" => \"\"\"", "r\"\"\"") == [
        .line("/add \"\"\"p\"\"\" => \"\"\"\nr\"\"\"")
      ])
  }

  @Test func endOfInputEndsAnEntry() {
    #expect(entries("\"\"\"one", "two") == [.line("\"\"\"one\ntwo\n")])
  }

  @Test func interruptDropsTheEntry() {
    let lines = ScriptedLines(
      inputs: [.line("a\\"), .interrupt, .line("b")], isInteractive: true)
    var reader = EntryReader(lines)
    #expect(reader.next(prompt: "", continuation: "") == .interrupt)
    #expect(reader.next(prompt: "", continuation: "") == .line("b"))
  }

  @Test func pastedCommandsAreTakenApart() {
    let lines = ScriptedLines(
      ["/add a => b\n\n/tune 3", "/add c => d\nand more", "a prompt\n/of two lines"],
      isInteractive: true)
    var reader = EntryReader(lines)
    var entries: [Input] = []
    while entries.last != .endOfInput {
      entries.append(reader.next(prompt: "", continuation: ""))
    }
    #expect(
      entries == [
        .line("/add a => b"), .line("/tune 3"), .line("/add c => d\nand more"),
        .line("a prompt\n/of two lines"), .endOfInput,
      ])
  }

  @Test func countsLines() {
    var reader = EntryReader(ScriptedLines(["a", "b\\", "c", "d"]))
    var numbers: [Int] = []
    while reader.next(prompt: "", continuation: "") != .endOfInput {
      numbers.append(reader.lineNumber)
    }
    #expect(numbers == [1, 2, 4])
  }
}
