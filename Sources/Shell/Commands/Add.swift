import Workbench

extension Command {
  static let add = Command(
    name: "add", arguments: "PROMPT => REPLY",
    summary: "Add an example: a prompt and its reply.",
    details: """
      Quotes around either side are taken off; within them, \\n is a new line. Text of several lines stands between \
      \"\"\" and \"\"\". It is trained under the session's system prompt.
      Defaults: none; both sides are needed.
      Example: /add "How are you?" => "Arr, fit as a fiddle, matey!"
      """,
    group: .examples, takesProse: true
  ) { words, console in
    let (prompt, reply) = try words.pair()
    let example = try console.workbench.addExample(.pair(prompt: prompt, completion: reply))
    try console.tell(example, "added")
    console.warn(about: IDList([example.id]))
    return .prompt
  }
}

extension Console {
  /// Says what became of an example, with its size in tokens.
  func tell(_ example: Example, _ what: String) throws {
    let tokens = try? workbench.tokens(ofExample: example.id)
    let report = ExampleReport(
      example: example.id, done: what, tokens: tokens?.all, trained: tokens?.trained)
    try output.answer(report) {
      let size = tokens.map { " (\(counted($0.all, "token")), \($0.trained) trained)" } ?? ""
      output.prose("example \(example.id) \(what)\(size)")
    }
  }
}

private struct ExampleReport: Encodable {
  var example: Int
  var done: String
  var tokens: Int?
  var trained: Int?
}
