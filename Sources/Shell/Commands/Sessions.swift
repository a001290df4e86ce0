import Workbench

extension Command {
  static let sessions = Command(
    name: "sessions", arguments: "",
    summary: "List the sessions in the sessions folder.",
    details: """
      /open NAME goes on with one.
      Example: /sessions
      """,
    group: .sessions
  ) { words, console in
    try words.expect(atMost: 0)
    let places = console.workbench.places
    let sessions = places.list()
    let output = console.output
    let current = console.workbench.store?.path
    if output.isJSON {
      for session in sessions {
        try output.json(
          SessionListing(
            name: session.name, path: session.path, written: "\(session.written)",
            examples: session.contents?.examples, bursts: session.contents?.bursts,
            isCurrent: session.path == current))
      }
      return .prompt
    }
    if sessions.isEmpty {
      output.note(
        "There are no sessions in \(console.shownPath(places.folder)). `/save NAME` makes one.")
    }
    let rows = sessions.map { session in
      let contents = session.contents.map {
        "\(counted($0.examples, "example")), \(counted($0.bursts, "burst"))"
      }
      return [
        (session.path == current ? "● " : "  ") + sanitisedLine(session.name),
        contents ?? "cannot be read", "\(session.written)",
      ]
    }
    output.table(rows)
    return .prompt
  }
}

private struct SessionListing: Encodable {
  var name: String
  var path: String
  var written: String
  var examples: Int?
  var bursts: Int?
  var isCurrent: Bool
}
