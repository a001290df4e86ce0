package import Report
import Workbench

extension Command {
  static let report = Command(
    name: "report", arguments: "FILE [force]",
    summary: "Write the session's story as a page for any browser.",
    details: """
      One HTML file with replies before and after, the examples, curves of loss and drift, gauges, probes and hashes. \
      It loads nothing and runs no script, reads on a phone and prints.
      Defaults: a report that is there already is replaced; any other file after a question, in a script not at all; \
      with force, always.
      Example: /report pirate.html
      """,
    group: .sessions, completes: .each([.file, .choice(["force"])])
  ) { words, console in
    try words.expect(atMost: 2)
    let path = console.path(try words.word(at: 0, what: "The file"))
    let isForced = try words.isForced(at: 1)
    if !ReportFile.isFree(path) {
      try console.checkOverwrite(path, force: isForced, usage: words.usage)
    }
    try console.output.report(
      console.story, to: path, shownAs: console.shownPath(path), opening: "!")
    return .prompt
  }
}

extension Output {
  /// Writes a session's story to `path` and says so; `opening` stands before a command of the person's shell.
  package func report(
    _ story: Story, to path: String, shownAs shown: String, opening: String = ""
  ) throws {
    let session = story.session
    guard session.holdsWork else { throw ShellError.nothingToReport }
    let bytes = try ReportFile.write(SessionReport(story), to: path)
    let written = WrittenReport(
      path: path, bytes: bytes, examples: story.examples.count, bursts: session.bursts.count,
      comparisons: story.comparisons.count)
    try answer(written) { prose("report written to \(shown), \(byteCount(bytes))") }
    #if canImport(Darwin)
      let opener = "open"
    #else
      let opener = "xdg-open"
    #endif
    let word = shellWord(path) == path ? shown : sanitisedLine(shellWord(path))
    note("Any browser opens it: `\(opening)\(opener) \(word)`")
  }
}

private struct WrittenReport: Encodable {
  var path: String
  var bytes: Int
  var examples: Int
  var bursts: Int
  var comparisons: Int
}
