import Workbench

extension Command {
  static let fix = Command(
    name: "fix", arguments: "[REPLY]",
    summary: "Say what the last reply should have been.",
    details: """
      Opens the last reply in $VISUAL or $EDITOR; without one, on the line. Saving a changed text \
      makes an example, a pair: the new text is learnt, and learnt to be likelier than the old \
      one. With a reply written after it, that one is taken.
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
    if !isChanged { console.output.note("Nothing was changed. `/good` takes the reply as it is.") }
    return .prompt
  }
}
