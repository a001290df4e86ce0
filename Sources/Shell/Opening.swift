import Engine
import Workbench

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Runs a shell from start to end: a person's, a script's, or a pipe's. Returns the exit code.
public func runShell(_ options: ShellOptions) -> Int32 {
  openStandardStreams()
  let opening = Opening(options)
  do {
    // Ctrl-C while the model is loaded ends the program: there is nothing to keep yet.
    let model = try opening.model()
    Interrupt.install()
    // The line editor asks the console what Tab could mean, and the console has the line editor.
    var known: Console?
    let lines = try opening.lines { line, cursor in
      known.flatMap { Completer($0).complete(line, cursor) }
    }
    let console = try opening.console(model, lines)
    known = console
    defer {
      known = nil
      console.workbench.close()
    }
    opening.greet(console)
    _ = console.tellNotices()
    var loop = Loop(console)
    return loop.run()
  } catch {
    opening.output.complain(sanitised("\(error)"))
    return Loop.ExitCode.failed
  }
}

/// Puts /dev/null where a standard stream is closed, lest a file opened later take its number.
private func openStandardStreams() {
  for stream in 0...2 as ClosedRange<Int32> where fcntl(stream, F_GETFD) < 0 {
    // The lowest free number is taken, and those below are open by now.
    _ = open("/dev/null", O_RDWR)
  }
}

/// The way from the program's options to a console.
private struct Opening {
  let output: Output
  private let options: ShellOptions
  private let places: Places
  private let sessions = SessionPlaces.current()
  private let isPerson: Bool
  private let isDumb: Bool

  init(_ options: ShellOptions) {
    self.options = options
    places = Places(options.environment)
    isPerson = options.script == nil && options.commands.isEmpty && isatty(0) == 1
    let terminal = options.environment["TERM"] ?? ""
    isDumb = terminal.isEmpty || terminal == "dumb"
    let palette = Palette.chosen(
      environment: options.environment, isTerminal: isatty(1) == 1, noColor: options.noColor)
    output = Output(
      Output.Screen(
        palette: palette, isTerminal: isatty(1) == 1, chatsAtTerminal: isatty(2) == 1,
        isDumb: isDumb, isJSON: options.isJSON),
      answers: 1, chatter: 2, environment: options.environment)
  }

  private var sessionFile: String? { options.session.map { sessions.path(for: $0) } }

  /// Where entries come from.
  func lines(_ complete: @escaping (String, Int) -> Completed?) throws -> any LineSource {
    if !options.commands.isEmpty { return ScriptedLines(options.commands) }
    if let script = options.script, script != "-" {
      let descriptor = open(script, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw ShellError.scriptUnreadable(path: script) }
      return PlainLines(input: descriptor, echo: nil, isInteractive: false)
    }
    guard isPerson else { return PlainLines(input: 0, echo: nil, isInteractive: false) }
    if !isDumb, isatty(1) == 1, let editor = editor(complete) { return editor }
    // Where standard output goes elsewhere, prompts must not go with it.
    return PlainLines(input: 0, echo: isatty(1) == 1 ? 1 : 2, isInteractive: true)
  }

  private func editor(_ complete: @escaping (String, Int) -> Completed?) -> EditLineSource? {
    let history = places.history.map { path in
      makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
      return History(path: path)
    }
    return EditLineSource(
      input: 0, output: 1, palette: output.palette, history: history, complete: complete)
  }

  /// A console with the session open.
  func console(_ model: any TunableModel, _ lines: any LineSource) throws -> Console {
    let file = sessionFile
    let workbench = Workbench(
      model: model, places: sessions,
      unnamed: isPerson ? .scratch : .memory, seed: options.seed ?? 1)
    let console = Console(
      workbench: workbench, output: output, lines: lines,
      surroundings: Console.Surroundings(
        environment: options.environment, promptFolders: places.promptFolders,
        version: options.version, loadModel: options.loadModel))
    let isNew = file.map { !fileExists($0) } ?? true
    if let file {
      try workbench.open(file, creating: true) { identity in
        // A model that was asked for by name is not swapped for another.
        options.model == nil ? try options.loadModel(identity.path) : nil
      }
      if let seed = options.seed, seed != workbench.session.seed { try workbench.setSeed(seed) }
    }
    if isNew { configure(console) }
    return console
  }

  /// The model named, else the session's, else the default one.
  func model() throws -> any TunableModel {
    if let name = options.model { return try options.loadModel(name) }
    let known = sessionFile.flatMap { SessionStore.model(ofSessionAt: $0)?.path }
    // A session may come from another machine; its hash tells later whether the default will do.
    return try options.loadModel(known.flatMap { fileExists($0) ? $0 : nil })
  }

  /// Reads the person's lines of `/set`. A bad one is named and passed over.
  private func configure(_ console: Console) {
    guard let path = places.configuration, let bytes = readFile(path) else { return }
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      do {
        switch try Line(String(line), isScript: true) {
        case .nothing: continue
        case .command("set", let rest):
          try console.changeSettings(try Words(rest, usage: Command.set.usage))
        default: throw ShellError.configuration
        }
      } catch {
        output.complain(console.shown("\(path), line \(index + 1): \(error)"))
      }
    }
  }

  /// Says what is running, in three lines at most, and while the session is empty what to do with it.
  func greet(_ console: Console) {
    guard isPerson else { return }
    let model = console.workbench.model
    output.note(
      "Attune \(options.version) · \(sanitisedLine(model.name)), "
        + "\(short(Double(model.parameterCount))) parameters, \(byteCount(model.size))")
    output.note(console.sessionLine)
    let session = console.workbench.session
    guard session.liveExamples.isEmpty, session.bursts.isEmpty else {
      output.note("`/help` lists the commands.")
      return
    }
    output.note(
      """
      Type a prompt, then `/fix` and the reply you would rather have had.
      After three or four, `/tune` learns them; `/diff` shows before and after.
      `/undo` takes it back. `/help` lists everything. Ctrl-C stops, Ctrl-D leaves.
      """, .strong)
  }
}
