import Workbench

extension Command {
  static let undo = Command(
    name: "undo", arguments: "",
    summary: "Take back the last burst or change to the examples.",
    details: """
      Also takes back a /checkout. Says what it took back. /redo brings it again. Settings are not undone.
      Example: /undo
      """,
    group: .tuning
  ) { words, console in
    try words.expect(atMost: 0)
    let change = try console.workbench.undo()
    try console.tell(change, isUndone: true)
    return .prompt
  }

  static let redo = Command(
    name: "redo", arguments: "",
    summary: "Do again what /undo took back.",
    details: """
      Works until something new is done.
      Example: /redo
      """,
    group: .tuning
  ) { words, console in
    try words.expect(atMost: 0)
    let change = try console.workbench.redo()
    try console.tell(change, isUndone: false)
    return .prompt
  }
}

extension Console {
  fileprivate func tell(_ change: Change, isUndone: Bool) throws {
    try output.answer(ChangeReport(change, isUndone: isUndone, workbench.session.current)) {
      let now = burstName(workbench.session.current)
      switch change {
      case .burst(let id, _):
        output.prose(
          isUndone ? "took back burst \(id): \(now) is in use" : "burst \(id) is in use again")
      case .checkout(let to, _):
        output.prose(
          isUndone
            ? "took back the move to \(burstName(to)): \(now) is in use"
            : "\(now) is in use again")
      case .examples(let moves):
        output.prose(
          (isUndone ? "took back: " : "done again: ")
            + moves.map(described).joined(separator: ", "))
      }
    }
  }
}

/// What was done to examples: `example 3 added`.
private func described(_ move: Change.Moved) -> String {
  let what = move.from == nil ? "added" : move.to == nil ? "removed" : "changed"
  return "\(move.ids.count == 1 ? "example" : "examples") \(move.ids) \(what)"
}

private struct ChangeReport: Encodable {
  struct Move: Encodable {
    var ids: IDList
    var from: Int?
    var to: Int?
  }
  var done: String
  var change: String
  var burst: Int?
  var examples: [Move]?
  var current: Int?

  init(_ change: Change, isUndone: Bool, _ current: Int?) {
    done = isUndone ? "undo" : "redo"
    self.current = current
    switch change {
    case .burst(let id, _):
      self.change = "burst"
      burst = id
    case .checkout(let to, _):
      self.change = "checkout"
      burst = to
    case .examples(let moves):
      self.change = "examples"
      examples = moves.map { Move(ids: $0.ids, from: $0.from, to: $0.to) }
    }
  }
}
