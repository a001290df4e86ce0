extension Command {
  static let help = Command(
    name: "help", arguments: "[COMMAND]",
    summary: "List the commands, or explain one.",
    details: """
      Tab completes names, numbers and files. Ctrl-C stops, Ctrl-D leaves.
      Defaults: without a name it lists the commands.
      Example: /help tune
      """,
    group: .settings, completes: .command
  ) { words, console in
    try words.expect(atMost: 1)
    guard let word = words[0] else {
      try console.listCommands()
      return .prompt
    }
    let name = word.hasPrefix("/") ? String(word.dropFirst()) : word
    try console.explain(try Command.named(name, abbreviations: true))
    return .prompt
  }
}

extension Console {
  fileprivate func listCommands() throws {
    if output.isJSON {
      for command in Command.table { try output.json(CommandListing(command)) }
      return
    }
    output.prose(
      "A line without / is a prompt; // begins one that starts with /. "
        + "!COMMAND runs a command of your shell.")
    for group in Command.Group.allCases {
      output.line()
      output.line(output.palette.paint(group.rawValue, .strong))
      // A usage longer than most would push all summaries to the right.
      let rows = Command.table.filter { $0.group == group }.map { command in
        let isShort = displayWidth(of: command.usage) <= 22
        return [isShort ? command.usage : "/\(command.name) …", command.summary]
      }
      let lines = tableLines(rows.map { ["  " + padded($0[0], to: 22), $0[1]] }, width: nil)
      output.lines { page in
        zip(rows, lines).flatMap { row, line in
          guard let columns = page.columns, displayWidth(of: line) >= columns else { return [line] }
          return ["  " + row[0]] + wrapped(row[1], to: max(10, columns - 7)).map { "      " + $0 }
        }
      }
    }
  }

  fileprivate func explain(_ command: Command) throws {
    try output.answer(CommandListing(command)) {
      output.prose(command.usage, .strong)
      output.prose(command.summary)
      output.prose(command.details)
    }
  }
}

private struct CommandListing: Encodable {
  var name: String
  var usage: String
  var summary: String
  var details: String

  init(_ command: Command) {
    name = command.name
    usage = command.usage
    summary = command.summary
    details = command.details
  }
}
