import Workbench

extension Command {
  static let fix = Command(
    name: "fix", arguments: "[REPLY]",
    summary: "Make an example of the last prompt with the reply it should have had.",
    details: """
      Opens the last reply in $VISUAL or $EDITOR; without one, on the line. Saving a changed text \
      makes the example. With a reply written after it, that one is taken.
      Example: /fix "Arr, 'tis a fine day for sailin'!"
      """,
    group: .examples, takesProse: true
  ) { words, console in
    let workbench = console.workbench
    guard let turn = workbench.session.lastTurn else { throw WorkbenchError.noReply }
    if !words.isEmpty {
      try console.tell(try workbench.fix(try words.prose()), "added")
      return .prompt
    }
    let isChanged = try console.edit(turn.reply, what: "The last reply", usage: words.usage) {
      try console.tell(try workbench.fix($0), "added")
    }
    if !isChanged { console.output.note("Nothing was changed. /good takes the reply as it is.") }
    return .prompt
  }
}
