import Workbench

extension Command {
  static let examples = Command(
    name: "examples", arguments: "",
    summary: "List the examples.",
    details: """
      One line each: its number, prompt → reply. /show NUMBER shows one in full.
      Example: /examples
      """,
    group: .examples
  ) { words, console in
    try words.expect(atMost: 0)
    let examples = console.workbench.session.liveExamples
    let output = console.output
    if output.isJSON {
      for example in examples { try output.json(console.listing(of: example)) }
      return .prompt
    }
    if examples.isEmpty { output.note("\(WorkbenchError.noExamples)") }
    let rows = examples.compactMap { example in
      example.revision.map { revision in
        let note = console.workbench.session.isHeld(example.id) ? "(held out) " : ""
        return ["\(example.id)", note + ExampleText.line(revision.content)]
      }
    }
    output.table(rows)
    return .prompt
  }
}

extension Console {
  /// An example as JSON.
  func listing(of example: Example) -> ExampleListing? {
    ExampleListing(example, isHeld: workbench.session.isHeld(example.id))
  }
}

/// An example in a list, as JSON.
struct ExampleListing: Encodable {
  var id: Int
  var revision: Int
  var origin: String
  var made: String
  /// Whether it is held out of training.
  var isHeld: Bool
  /// The example as its data line.
  var line: String

  init?(_ example: Example, isHeld: Bool) {
    self.isHeld = isHeld
    guard let revision = example.revision else { return nil }
    id = example.id
    self.revision = revision.number
    origin = revision.origin.rawValue
    made = "\(revision.made)"
    line = DataExport.line(revision.content, extra: revision.extra)
  }
}
