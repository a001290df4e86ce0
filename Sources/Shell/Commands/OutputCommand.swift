import Workbench

extension Command {
  static let output = Command(
    name: "output", arguments: "[FILE | off]",
    summary: "Write what is typed and answered to a file as well.",
    details: """
      As plain text: without colours, lines of progress, or anything wrapped or cut. What the file holds already \
      stays, what follows is added to its end. While /json is on, it gets the answers as JSON Lines, and what is typed \
      as {"typed": "…"}. What /edit and ! open on the screen is their own. Where the file cannot be written any more, \
      that is said once, and it ends; so do /output off and the end of the program.
      Defaults: off; without a word it says where the output goes.
      Example: /output pirate.txt   then   /output off
      """,
    group: .settings, completes: .either(.choice(["off"]), .file)
  ) { words, console in
    try words.expect(atMost: 1)
    let output = console.output
    switch words[0] {
    case nil: try output.tellTranscript(output.transcript, console)
    case "off":
      output.transcript = nil
      try output.tellTranscript(nil, console)
    case let word?:
      let transcript = try Transcript(
        path: console.path(word), session: console.workbench.store?.path)
      // What the last file gets is that this one follows.
      try output.tellTranscript(transcript, console)
      output.transcript = transcript
    }
    return .prompt
  }
}

extension Output {
  fileprivate func tellTranscript(_ transcript: Transcript?, _ console: Console) throws {
    try answer(OutputReport(output: transcript?.path, appends: transcript?.appends)) {
      guard let transcript else { return prose("output goes to the screen only") }
      let end = transcript.appends ? ", added to what is there" : ""
      prose("output goes to \(console.shownPath(transcript.path)) as well\(end)")
    }
  }
}

private struct OutputReport: Encodable {
  var output: String?
  var appends: Bool?
}
