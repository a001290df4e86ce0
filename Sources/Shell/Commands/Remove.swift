import Workbench

extension Command {
  static let remove = Command(
    name: "rm", arguments: "NUMBERS",
    summary: "Remove examples.",
    details: """
      Several at once: /rm 1-3,7 or /rm 2 5. /undo brings them back.
      Example: /rm 1-3,7
      """,
    group: .examples, completes: .example
  ) { words, console in
    _ = try words.word(at: 0, what: "The number of an example")
    let ids = try words.all.flatMap { word throws(UsageError) -> [Int] in
      guard let list = IDList(word) else {
        throw .notANumber(word, what: "An example", range: "such as 3, or numbers such as 1-3,7")
      }
      return list.ids
    }
    try console.workbench.removeExamples(ids)
    let list = IDList(ids)
    try console.output.answer(RemovalReport(removed: list)) {
      console.output.prose("removed \(list.count == 1 ? "example" : "examples") \(list)")
    }
    return .prompt
  }
}

private struct RemovalReport: Encodable {
  var removed: IDList
}
