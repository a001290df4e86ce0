import Workbench

extension Command {
  static let remove = Command(
    name: "rm", arguments: "NUMBERS",
    summary: "Remove examples.",
    details: """
      Several at once: /rm 1-3,7 or /rm 2 5. /undo brings them back.
      Defaults: none; a number is needed.
      Example: /rm 1-3,7
      """,
    group: .examples, completes: .example
  ) { words, console in
    _ = try words.word(at: 0, what: "The number of an example")
    let list = try IDList(words, what: "An example")
    try console.workbench.removeExamples(list.ids)
    try console.output.answer(RemovalReport(removed: list)) {
      console.output.prose("removed \(list.count == 1 ? "example" : "examples") \(list)")
    }
    return .prompt
  }
}

private struct RemovalReport: Encodable {
  var removed: IDList
}
