import Engine
import Testing
import Workbench

@Suite struct SmallPartsTests {
  @Test(arguments: [
    ([], ""), ([1], "1"), ([3, 1, 2], "1-3"), ([1, 2, 3, 7, 9, 8], "1-3,7-9"), ([5, 5], "5"),
  ])
  func idListsAreRuns(ids: [Int], text: String) {
    let list = IDList(ids)
    #expect(list.description == text)
    #expect(IDList(text) == list)
    #expect(list.ids == Set(ids).sorted())
    #expect(list.count == Set(ids).count)
  }

  @Test(arguments: [
    "1-", "-1", "2-1", "1,1", "3,1", "a", "1,,2", "1-2-3", "99999999999999999999", " 1",
  ])
  func otherTextIsNoIDList(text: String) {
    #expect(IDList(text) == nil)
  }

  @Test func promptSuitesKeepUnknownKeysAndGoodLines() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      {"prompt":"Hello","tags":["greeting"]}
      {"text":"no prompt"}
      "bare"
      """, to: "voice.jsonl")
    try folder.write("", to: "notes.txt")
    #expect(PromptSuite.paths(in: folder.path) == [folder.file("voice.jsonl")])
    #expect(PromptSuite.paths(in: folder.file("none")) == [])
    let suite = try PromptSuite(path: folder.file("voice.jsonl"))
    #expect(suite.name == "voice")
    #expect(suite.entries.map(\.prompt) == ["Hello", "bare"])
    #expect(suite.entries[0].extra == ["tags": .array([.string("greeting")])])
    #expect(suite.bad.map(\.number) == [2])
    #expect(throws: DataError.self) { try PromptSuite(path: folder.file("none.jsonl")) }
  }
}
