import Workbench

extension Command {
  static let bad = Command(
    name: "bad", arguments: "[%N]",
    summary: "Make a reply an example of what not to say.",
    details: """
      Bursts make it less likely, but nothing says what to say instead: /fix teaches more, and so does /retry until \
      a reply deserves /good. /tune after several of these alone drifts.
      Defaults: the last reply.
      Example: /bad   or   /bad %3
      """,
    group: .examples, completes: .turn
  ) { words, console in
    let turn = try words.onlyTurn()?.id
    try console.tell(try console.workbench.bad(turn: turn), "added, to be avoided")
    return .prompt
  }
}
