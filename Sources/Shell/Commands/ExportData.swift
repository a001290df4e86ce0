import Workbench

extension Command {
  static let exportData = Command(
    name: "export-data", arguments: "FILE [force]",
    summary: "Write the examples to a JSON Lines file.",
    details: """
      /import, and most tools that tune models, read the file.
      Defaults: a file that is there already is replaced after a question, in a script not at all; with force, \
      always.
      Example: /export-data pirate.jsonl force
      """,
    group: .examples, completes: .each([.file, .choice(["force"])])
  ) { words, console in
    try words.expect(atMost: 2)
    let path = console.path(try words.word(at: 0, what: "The file"))
    try console.checkOverwrite(path, force: try words.isForced(at: 1), usage: words.usage)
    let count = try console.workbench.exportExamples(path: path)
    try console.output.answer(FileReport(path: path, examples: count)) {
      console.output.prose("\(counted(count, "example")) written to \(console.shownPath(path))")
    }
    return .prompt
  }
}

/// What was written where.
struct FileReport: Encodable {
  var path: String
  var examples: Int?
}

extension Words {
  /// Whether the word `force` stands at `index`; anything else there is a mistake.
  func isForced(at index: Int) throws(UsageError) -> Bool {
    guard let word = self[index] else { return false }
    guard word == "force" else { throw .surplus(word, usage: usage) }
    return true
  }
}
