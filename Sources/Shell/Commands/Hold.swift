import Workbench

extension Command {
  static let hold = Command(
    name: "hold", arguments: "[NUMBERS | none]",
    summary: "Keep examples out of training, to measure by.",
    details: """
      Bursts then show the loss on them and keep the state where it is least. none gives all back to training. \
      Numbers replace those held before.
      Defaults: without a number it says which are held out; at first none is.
      Example: /hold 3,5   or   /hold 10-12
      """,
    group: .tuning, completes: .either(.example, .choice(["none"]))
  ) { words, console in
    let workbench = console.workbench
    if words[0] == "none" {
      try words.expect(atMost: 1)
      try workbench.hold(IDList())
    } else if !words.isEmpty {
      try workbench.hold(try IDList(words, what: "An example"))
    }
    let held = workbench.session.held
    try console.output.answer(HoldReport(held: held)) {
      console.output.prose(
        held.isEmpty
          ? "no example is held out of training"
          : "held out of training: \(held.count == 1 ? "example" : "examples") \(held)")
    }
    return .prompt
  }
}

extension IDList {
  /// The ids that words name: `1-3,7` or `2 5`.
  init(_ words: Words, what: String) throws {
    let ids = try words.all.flatMap { word throws(UsageError) -> [Int] in
      guard let list = IDList(word) else {
        throw .notANumber(word, what: what, range: "such as 3, or numbers such as 1-3,7")
      }
      return list.ids
    }
    self.init(ids)
  }
}

private struct HoldReport: Encodable {
  var held: IDList
}
