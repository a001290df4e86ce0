import Workbench

/// Reads entries and does what they say, until there are no more.
struct Loop {
  /// What the program leaves with.
  enum ExitCode {
    static let fine: Int32 = 0, failed: Int32 = 1, scriptStopped: Int32 = 3
    static let probesFailed: Int32 = 100, interrupted: Int32 = 130
  }

  private let console: Console
  private var reader: EntryReader
  private let stopsAtErrors: Bool
  private var warnedOfUnwritten = false

  /// A loop over the console's lines. Without a person, the first error ends it.
  init(_ console: Console) {
    self.console = console
    reader = EntryReader(console.lines)
    stopsAtErrors = !console.isInteractive
  }

  /// Runs to the end and returns the exit code.
  mutating func run() -> Int32 {
    while true {
      if console.output.isBroken { return ExitCode.failed }
      let input = reader.next(prompt: console.promptText, continuation: ". ")
      if let number = Interrupt.endingSignal { return 128 + number }
      switch input {
      case .interrupt:
        if stopsAtErrors { return ExitCode.interrupted }
      case .endOfInput:
        if mayLeave() { return leaving }
      case .line(let entry):
        if let code = perform(entry) { return code }
      }
    }
  }

  /// Does what one entry says; returns an exit code where that ends the program.
  private mutating func perform(_ entry: String) -> Int32? {
    if !stopsAtErrors { Interrupt.begin() }
    var failed = false
    do {
      if !stopsAtErrors, !trimmed(entry).isEmpty { console.lines.remember(entry) }
      let line = try Line(entry, isScript: stopsAtErrors)
      if try console.perform(line) == .leave, mayLeave() { return leaving }
    } catch {
      failed = true
      let place = stopsAtErrors ? "line \(reader.lineNumber + console.linesTaken): " : ""
      console.output.complain(place + console.shown("\(error)"))
    }
    if console.tellNotices() { failed = true }
    if let number = Interrupt.endingSignal { return 128 + number }
    // The work was kept by then; only now is it safe to go.
    if Interrupt.isInsistent || stopsAtErrors && Interrupt.wasPressed {
      return ExitCode.interrupted
    }
    return failed && stopsAtErrors ? ExitCode.scriptStopped : nil
  }

  /// What the program leaves with where nothing went wrong: a script's probes are its result.
  private var leaving: Int32 {
    stopsAtErrors && console.probesFailed ? ExitCode.probesFailed : ExitCode.fine
  }

  /// Whether everything is written, or the person was told already that it is not.
  private mutating func mayLeave() -> Bool {
    guard let problem = console.workbench.unsaved, !stopsAtErrors else { return true }
    if warnedOfUnwritten { return true }
    warnedOfUnwritten = true
    console.output.complain(
      console.shown("\(ShellError.unwritten(reason: "\(problem)"))"))
    return false
  }
}

/// Runs a console's lines to their end; returns the exit code.
package func runLoop(_ console: Console) -> Int32 {
  var loop = Loop(console)
  return loop.run()
}

extension Console {
  /// The prompt: where an adapter is in use, with its burst and how far it moves the model on neutral text.
  var promptText: String {
    guard let burst = workbench.session.currentBurst else { return "> " }
    guard let drift = burst.drift else { return "attune \(burst.id)> " }
    let kl = fixed(drift, places: 2)
    return "attune \(burst.id) (kl \(kl.hasPrefix("0") ? String(kl.dropFirst()) : kl))> "
  }

  /// Does what a line says.
  func perform(_ line: Line) throws -> Command.Next {
    switch line {
    case .nothing: return .prompt
    case .prompt(let text):
      try ask(text)
      return .prompt
    case .shell(let line):
      try runShellLine(line)
      return .prompt
    case .command(let name, let rest):
      return try Command.named(name, abbreviations: isInteractive)(rest, self)
    }
  }

  /// Shows what the workbench has to say; returns whether something of it is a failure.
  func tellNotices() -> Bool {
    let notices = workbench.takeNotices()
    for notice in notices {
      output.note(shown("\(notice)"), notice.isFailure ? .bad : .faint)
    }
    let failure = output.takeTranscriptFailure()
    if let failure { output.complain(shown("\(failure)")) }
    return failure != nil || notices.contains { $0.isFailure }
  }
}
