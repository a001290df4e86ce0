import Workbench

extension Command {
  static let turns = Command(
    name: "turns", arguments: "[COUNT]",
    summary: "List prompts and replies with their numbers.",
    details: """
      %3 means number 3: its reply in /fix, /good, /bad, /heat and /show, its prompt in /retry, /prefer, /diff, \
      /base, /dose and /gauges. A text that begins with %3 stands in quotes. A session keeps 200.
      Defaults: the last 20.
      Example: /turns 50   then   /fix %3 "Arr, 'tis a fine day!"
      """,
    group: .trying
  ) { words, console in
    try words.expect(atMost: 1)
    let count = try words.count(at: 0, what: "How many turns", else: 20, in: 1...Int.max)
    let turns = console.workbench.session.turns.suffix(count)
    let output = console.output
    if output.isJSON {
      for turn in turns { try output.json(turn) }
      return .prompt
    }
    if turns.isEmpty { output.note("\(WorkbenchError.noReply)") }
    let rows = turns.map { turn in
      ["%\(turn.id)", "\(sanitisedLine(turn.prompt)) → \(sanitisedLine(turn.reply))"]
    }
    output.table(rows)
    return .prompt
  }
}
