extension Command {
  static let json = Command(
    name: "json", arguments: "[on | off]",
    summary: "Answer in JSON, one object a line, or in text.",
    details: """
      Notes and complaints stay text, on standard error.
      Defaults: without a word it says which it is; off at first, unless the program was started with --json.
      Example: /json on
      """,
    group: .settings, completes: .choice(["on", "off"])
  ) { words, console in
    try words.expect(atMost: 1)
    let output = console.output
    if let word = words[0] {
      guard word == "on" || word == "off" else {
        throw UsageError.notAChoice(word, what: "The JSON mode", choices: ["on", "off"])
      }
      output.answer(inJSON: word == "on")
    }
    try output.answer(JSONReport(json: output.isJSON)) {
      output.prose("JSON is off: answers are text")
    }
    return .prompt
  }
}

private struct JSONReport: Encodable {
  var json: Bool
}
