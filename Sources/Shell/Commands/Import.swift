import Workbench

extension Command {
  static let importData = Command(
    name: "import", arguments: "FILE",
    summary: "Add the examples of a JSON Lines file.",
    details: """
      Each line is one object: {"messages"}, {"prompt", "completion"}, {"text"}, {"input_ids", "labels"}, and the \
      shapes of Alpaca, ShareGPT, preference and KTO data. Good lines are added; bad ones are named.
      Defaults: a line's shape is found from its keys; only what the assistant says is trained.
      Example: /import pirate.jsonl
      """,
    group: .examples, completes: .file
  ) { words, console in
    try words.expect(atMost: 1)
    let path = console.path(try words.word(at: 0, what: "The file"))
    let report = try console.workbench.importExamples(path: path)
    if report.added.isEmpty {
      throw ShellError.nothingImported(path: path, firstProblem: report.bad.first?.description)
    }
    let output = console.output
    try output.answer(ImportSummary(report)) {
      output.prose("\(counted(report.added.count, "example")) added: \(report.added)")
    }
    let shown = 10
    for bad in report.bad.prefix(shown) { output.note(sanitised("\(bad)"), .warning) }
    if report.bad.count > shown {
      output.note("and \(counted(report.bad.count - shown, "more bad line"))", .warning)
    }
    console.warn(about: report.added)
    return .prompt
  }
}

private struct ImportSummary: Encodable {
  struct Problem: Encodable {
    var line: Int
    var problem: String
  }
  var added: IDList
  var count: Int
  var bad: [Problem]

  init(_ report: Workbench.ImportReport) {
    added = report.added
    count = report.added.count
    bad = report.bad.map { Problem(line: $0.number, problem: $0.problem) }
  }
}
