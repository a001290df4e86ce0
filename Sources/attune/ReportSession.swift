import ArgumentParser
import Engine
import Report
import Shell
import Workbench

/// Writes a session's story as a page.
struct ReportSession: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a session's story as one page of HTML.",
    discussion: """
      Replies before and after, the examples, curves of loss and drift, gauges, probes and hashes, in one file that \
      loads nothing and runs no script. The model is not needed; where it is at hand, the page says what share of it \
      was trained. The session is not written.
      """)

  @OptionGroup var output: OutputOptions

  @Flag(help: "Replace FILE although it is no report of Attune's.")
  var force = false

  @Argument(help: "The session: a path, or a name in the sessions folder.")
  var session: String

  @Argument(help: "The page's file.", completion: .file(extensions: ["html"]))
  var file: String

  func run() throws {
    let places = SessionPlaces.current()
    let path = places.path(for: session)
    let opened = try SessionStore.open(path: path, readOnly: true)
    try ShellError.checkIsOther(file, than: path)
    if !force, !ReportFile.isFree(file) {
      throw ShellError.fileExists(
        path: sanitisedLine(file), usage: "attune report SESSION FILE --force")
    }
    let story = Story(
      opened.session, at: path, places: places, version: Attune.configuration.version,
      modelParameters: parameters(of: opened.session.model)
    ) { opened.store.parameterCount(of: $0) }
    try makeScreen(json: output.json).report(story, to: file, shownAs: sanitisedLine(file))
  }

  /// How many numbers the session's model has, where its file is at hand.
  private func parameters(of model: ModelIdentity?) -> Int? {
    guard let model, let path = ModelPlaces.current.path(of: model),
      let summary = try? FileSummary(path: path), summary.bytes == model.size
    else { return nil }
    return summary.parameters
  }
}
