import Workbench

extension Command {
  static let quit = Command(
    name: "quit", arguments: "",
    summary: "Leave. Ctrl-D does so too.",
    details: """
      Everything is on disk already; a session that nobody named is kept as a scratch session.
      Example: /quit
      """,
    group: .settings
  ) { words, _ in
    try words.expect(atMost: 0)
    return .leave
  }
}
