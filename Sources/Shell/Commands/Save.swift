import Workbench

extension Command {
  static let save = Command(
    name: "save", arguments: "[NAME [force]]",
    summary: "Give the session a name, or write it again.",
    details: """
      Sessions are written after every change anyway. A name with a / in it, or ending in .json, is a path; any \
      other names a session in the sessions folder. Going on under another name leaves the first as it is.
      Defaults: without a name it is written once more where it is; another session of that name is replaced after a \
      question, in a script only with force.
      Example: /save pirate
      """,
    group: .sessions, completes: .each([.session, .choice(["force"])])
  ) { words, console in
    try words.expect(atMost: 2)
    let workbench = console.workbench
    guard let word = words[0] else {
      try workbench.save()
      try console.tellPlace("saved to")
      return .prompt
    }
    let name = console.path(word)
    let path = workbench.places.path(for: name)
    let force = try words.isForced(at: 1)
    let isOwn = workbench.store?.path == path
    if !isOwn { try console.checkOverwrite(path, force: force, usage: words.usage) }
    try workbench.save(as: name, replacing: !isOwn && fileExists(path))
    try console.tellPlace("saved to")
    return .prompt
  }
}

extension Console {
  /// Says where the session is.
  func tellPlace(_ what: String) throws {
    let path = workbench.store?.path ?? ""
    try output.answer(FileReport(path: path)) {
      output.prose("\(what) \(shownPath(path))")
    }
  }
}
