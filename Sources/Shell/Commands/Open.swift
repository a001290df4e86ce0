import Engine
import Workbench

extension Command {
  static let open = Command(
    name: "open", arguments: "NAME",
    summary: "Go on with another session.",
    details: """
      This one is written and closed first. A name with a / in it, or ending in .json, is a path. Where the \
      session's bursts need another model, that is loaded.
      Defaults: none; /sessions lists the names.
      Example: /open pirate
      """,
    group: .sessions, completes: .session
  ) { words, console in
    try words.expect(atMost: 1)
    let name = console.path(try words.word(at: 0, what: "The session's name"))
    try console.workbench.open(name) { try console.surroundings.loadModel($0.path) }
    if console.output.isJSON {
      try console.tellPlace("opened")
    } else {
      console.output.prose(console.sessionLine)
    }
    return .prompt
  }
}

extension Console {
  /// The session in a line: `session pirate: 12 examples, 3 bursts, burst 3 in use`.
  var sessionLine: String {
    let session = workbench.session
    let title: String
    if let store = workbench.store {
      title =
        workbench.places.isScratch(store.path)
        ? "unnamed session" : "session " + shownPath(workbench.places.name(for: store.path))
    } else {
      title = "new session"
    }
    if session.examples.isEmpty, session.bursts.isEmpty { return title }
    return "\(title): \(counted(session.liveExamples.count, "example")), "
      + "\(counted(session.bursts.count, "burst")), \(burstName(session.current)) in use"
  }
}
