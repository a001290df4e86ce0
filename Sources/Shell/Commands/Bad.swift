import Workbench

extension Command {
  static let bad = Command(
    name: "bad", arguments: "",
    summary: "Make the last reply an example of what not to say.",
    details: """
      Bursts make it less likely, but nothing says what to say instead: /fix teaches more, and so \
      does /retry until a reply deserves /good. /tune after several of these alone drifts.
      """,
    group: .examples
  ) { words, console in
    try words.expect(atMost: 0)
    try console.tell(try console.workbench.bad(), "added, to be avoided")
    return .prompt
  }
}
