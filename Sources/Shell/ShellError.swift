/// What stops a command for reasons of the shell's own.
public enum ShellError: Error, Equatable, Sendable {
  case scriptUnreadable(path: String)
  case fileExists(path: String, usage: String)
  case sessionsOwnFile(path: String)
  case nothingImported(path: String, firstProblem: String?)
  case needsEditor(what: String, usage: String)
  case editorFailed(command: String, status: Int32)
  case temporaryFile(folder: String)
  case unreadableEdit(problem: String)
  case noPromptYet
  case noSuite(name: String, folder: String)
  case emptySuite(path: String)
  case noProbes(path: String)
  case noProbesChosen(suites: [String])
  case nothingToReport
  case nothingToTell(session: String)
  case shellForPeople
  case noShell(path: String)
  case unwritten(reason: String)
  case transcriptUnwritable(path: String, reason: String)
  case configuration
}

extension ShellError {
  /// Throws where `path` is the file of the session at `session`.
  package static func checkIsOther(_ path: String, than session: String) throws(ShellError) {
    if isSameFile(path, session) { throw .sessionsOwnFile(path: path) }
  }
}

extension ShellError: CustomStringConvertible {
  /// What happened, and what to do next.
  public var description: String {
    switch self {
    case .scriptUnreadable(let path):
      "The script \(path) cannot be read. Check its name and who may read it."
    case .fileExists(let path, let usage):
      "\(path) is there already. Choose another name, or say force to write over it: `\(usage)`"
    case .sessionsOwnFile(let path):
      "\(path) is the session's own file: writing there would lose the session. Choose another name."
    case .nothingImported(let path, let problem):
      "No example was found in \(path)"
        + (problem.map { ": \($0)" } ?? ": it is empty")
        + ". Each line is one JSON object, such as "
        + "`{\"prompt\": \"…\", \"completion\": \"…\"}`."
    case .needsEditor(let what, let usage):
      "\(what) is changed in an editor, and there is none here. Set $EDITOR, or write `\(usage)`"
    case .editorFailed(let command, let status):
      "The editor (\(command)) ended with status \(status), so nothing was changed. "
        + "$VISUAL and $EDITOR choose another one."
    case .temporaryFile(let folder):
      "No file can be made in \(folder) for the editor. Set $TMPDIR to a folder that can be written."
    case .unreadableEdit(let problem):
      "The edited text cannot be used: \(problem)"
    case .noPromptYet:
      "There is no prompt yet to ask again. Write one after the command."
    case .noSuite(let name, let folder):
      "There are no prompts called \(name) in \(folder). `/prompts` lists those there are."
    case .emptySuite(let path):
      "There is no prompt in \(path). Each line is `{\"prompt\": \"…\"}`."
    case .noProbes(let path):
      "Nothing is expected in \(path): its lines are prompts only. "
        + "A probe is `{\"prompt\": \"…\", \"contains\": \"…\"}`; docs/probes.md lists more."
    case .noProbesChosen(let suites):
      suites.isEmpty
        ? "There are no probes in prompts/. One is `{\"prompt\": \"…\", \"contains\": \"…\"}`, a line of a file there."
        : "Which suite? There are \(suites.joined(separator: ", ")). `/set probes NAME` chooses one for good."
    case .nothingToReport:
      "There is nothing to report on yet. `/add`, `/fix` and `/tune` make a story of it."
    case .nothingToTell(let session):
      "\(session) has no burst, so there is no before and after to show. `/tune` makes one."
    case .shellForPeople:
      "`!` runs a command of the shell for a person only. A prompt that starts with ! stands between \"\"\"."
    case .noShell(let path):
      "The shell \(path) cannot be started. Set $SHELL to one that is there."
    case .unwritten(let reason):
      "Not everything is on disk: \(reason) `/quit` again leaves all the same."
    case .transcriptUnwritable(let path, let reason):
      "Output cannot be written to \(path): \(reason). It goes to the screen only; `/output FILE` takes another file."
    case .configuration:
      "Only lines of `/set`, and comments that start with #, are read from here."
    }
  }
}
