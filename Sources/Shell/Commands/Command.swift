import Workbench

/// One thing a person can type after a `/`.
public struct Command: Sendable {
  /// What happens after a command.
  enum Next: Equatable, Sendable { case prompt, leave }

  /// Where `/help` lists it.
  enum Group: String, CaseIterable, Sendable {
    case examples = "Examples"
    case tuning = "Tuning"
    case trying = "Trying out"
    case sessions = "Sessions"
    case settings = "Settings and help"
  }

  /// What Tab offers for its arguments.
  indirect enum Completion: Equatable, Sendable {
    case nothing, command, file, example, burst, reference, session, setting, suite, tuning, turn
    case choice([String])
    case either(Completion, Completion)
    /// One for each word; the last one for all further words.
    case each([Completion])
  }

  let name: String
  let arguments: String
  /// One line, for the list.
  let summary: String
  /// More lines, with an example and the defaults, for `/help NAME`.
  let details: String
  let group: Group
  var completes = Completion.nothing
  /// Whether the argument is prose, where quotes and apostrophes stand for themselves.
  var takesProse = false
  let run: @Sendable (_ words: Words, _ console: Console) throws -> Next

  /// How it is used: `/tune [N] …`.
  var usage: String { "/" + name + (arguments.isEmpty ? "" : " " + arguments) }

  /// Every command, in the order `/help` lists them.
  static let table: [Command] = [
    add, fix, good, bad, retry, prefer, examples, show, edit, remove, importData, learn, exportData,
    render, lint,
    hold, ready, tune, undo, redo, checkout, branch, note, blend, history,
    turns, diff, heat, dose, gauges, perplexity, base, prompts, probe,
    scale, chat,
    save, open, sessions, report, demo, export, status,
    model, system, set, json, output, help, quit,
  ]

  /// The names of all commands.
  public static var names: [String] { table.map(\.name) }

  /// The command called `name`. At a terminal the start of a name will do, where only one has it;
  /// scripts are read by people too, so they say it in full.
  static func named(_ name: String, abbreviations: Bool) throws(UsageError) -> Command {
    if let command = table.first(where: { $0.name == name }) { return command }
    let candidates = name.isEmpty ? [] : table.filter { $0.name.hasPrefix(name) }
    if let only = candidates.first, candidates.count == 1 {
      guard abbreviations else { throw .abbreviated(name, command: only.name) }
      return only
    }
    if candidates.count > 1, abbreviations {
      throw .ambiguousCommand(name, candidates: candidates.map(\.name))
    }
    throw .unknownCommand(name, nearest: nearestName(to: name, in: table.map(\.name)))
  }

  /// Runs the command on what was typed after its name.
  func callAsFunction(_ text: String, _ console: Console) throws -> Next {
    let words =
      takesProse ? Words(prose: text, usage: usage) : try Words(text, usage: usage)
    return try run(words, console)
  }
}
