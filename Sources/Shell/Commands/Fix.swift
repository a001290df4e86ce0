import Workbench

extension Command {
  static let fix = Command(
    name: "fix", arguments: "[%N] [REPLY]",
    summary: "Say what a reply should have been.",
    details: """
      Makes an example, a pair: the new text is learnt, and learnt to be likelier than the old one. With a reply \
      written after it, that one is taken. %3 is the third reply of /turns.
      Defaults: the last reply, opened in $VISUAL or $EDITOR; without an editor, on the line.
      Example: /fix "Arr, 'tis a fine day for sailin'!"
      """,
    group: .examples, completes: .turn, takesProse: true
  ) { words, console in
    let (reference, words) = words.turnAndRest
    let workbench = console.workbench
    let turn = try console.turn(reference)
    if !words.isEmpty {
      try console.tell(try workbench.fix(try words.prose(), turn: turn.id), "added")
      return .prompt
    }
    let what = reference == nil ? "The last reply" : "Reply \(turn.id)"
    let isChanged = try console.edit(turn.reply, what: what, usage: words.usage) {
      try console.tell(try workbench.fix($0, turn: turn.id), "added")
    }
    if !isChanged { console.output.note("Nothing was changed. `/good` takes the reply as it is.") }
    return .prompt
  }
}
