import Shell
import Testing

@Suite struct HistoryTests {
  @Test func entriesSurviveAsTheyWere() throws {
    let folder = try TemporaryFolder()
    let entries = ["/tune 20", "two\nlines", #"back\slash \n"#, "naïve 漢字", "  spaced  "]
    let first = History(path: folder.path("history"))
    for entry in entries { first.add(entry) }
    #expect(History(path: folder.path("history")).entries == entries)
    #expect(try folder.mode(of: "history") == 0o600)
  }

  @Test func repeatsAndEmptyLinesAreLeftOut() throws {
    let folder = try TemporaryFolder()
    let history = History(path: folder.path("history"))
    for entry in ["a", "a", "", "b", "a"] { history.add(entry) }
    #expect(try folder.text(of: "history") == "a\nb\na\n")
  }

  @Test func twoProgramsKeepEachOthersLines() throws {
    let folder = try TemporaryFolder()
    let one = History(path: folder.path("history"))
    let two = History(path: folder.path("history"))
    one.add("one")
    two.add("two")
    one.add("three")
    #expect(History(path: folder.path("history")).entries == ["one", "two", "three"])
  }

  @Test func anOverlongFileIsCut() throws {
    let folder = try TemporaryFolder()
    let count = 2 * History.longest + 1
    try folder.write((0..<count).map { "\($0)\n" }.joined(), to: "history")
    let history = History(path: folder.path("history"))
    #expect(history.entries.count == History.longest)
    #expect(history.entries.last == "\(count - 1)")
    let lines = try folder.text(of: "history").split(separator: "\n")
    #expect(lines.count == History.longest)
    #expect(try folder.mode(of: "history") == 0o600)
  }

  @Test func aFileThatCannotBeWrittenIsNoTrouble() {
    let history = History(path: "/nonexistent/folder/history")
    history.add("kept for this run")
    #expect(history.entries == ["kept for this run"])
  }
}
