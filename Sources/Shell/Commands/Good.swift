import Workbench

extension Command {
  static let good = Command(
    name: "good", arguments: "[%N]",
    summary: "Make a reply an example as it stands.",
    details: """
      Keeps what the model does well from being forgotten while it learns other things. Of several samples, /retry \
      and /prefer make the one last asked or picked the last reply.
      Defaults: the last reply.
      Example: /good   or   /good %3
      """,
    group: .examples, completes: .turn
  ) { words, console in
    let turn = try words.onlyTurn()?.id
    try console.tell(try console.workbench.good(turn: turn), "added")
    return .prompt
  }
}
