import Shell
import Workbench

/// A shell with a parrot for a model and a folder of its own, whose screen is a text.
final class ShellAtWork {
  let folder: TemporaryFolder
  let model = ParrotModel()
  let written = Written()
  var environment: [String: String] = [:]
  /// Prompts, what was typed, and everything shown, in order.
  private(set) var screen = ""
  private var console: Console?
  private var breaking: String?

  init() throws { folder = try TemporaryFolder() }

  /// Runs `inputs`; returns the exit code.
  func run(
    _ inputs: [Input], isInteractive: Bool = true, columns: Int? = nil, isJSON: Bool = false
  ) throws -> Int32 {
    Interrupt.reset()
    let places = SessionPlaces(folder: folder.path("sessions"))
    let workbench = Workbench(model: model, places: places, unnamed: .memory)
    workbench.now = { Timestamp(seconds: 1_790_000_000) }
    let output = Output(
      Output.Screen(
        palette: Palette(isColoured: false), isTerminal: columns != nil, isDumb: true,
        isJSON: isJSON),
      window: { columns }
    ) { text, channel in
      self.screen += text
      if channel == .answers { self.written.answers += text } else { self.written.chatter += text }
      return true
    }
    let lines = EchoedLines(inputs, isInteractive: isInteractive) { line in
      self.screen += line
      if line != self.screen, let breaking = self.breaking { try? self.folder.destroy(breaking) }
    }
    environment["HOME"] = folder.path
    let console = Console(
      workbench: workbench, output: output, lines: lines,
      surroundings: Console.Surroundings(
        environment: environment, promptFolders: [folder.path("prompts")], version: "1.2.3"
      ) { name in
        if let name, name.contains("missing") { throw ShellError.scriptUnreadable(path: name) }
        return ParrotModel(path: name ?? "/models/parrot.gguf")
      })
    self.console = console
    defer { workbench.close() }
    return runLoop(console)
  }

  /// What Tab does at the end of `line`, as things stand after the last run.
  func complete(_ line: String) -> Completed? {
    console.flatMap { Completer($0).complete(line, line.utf8.count) }
  }

  /// Runs lines as a script; returns the exit code.
  func script(_ lines: String..., isJSON: Bool = false) throws -> Int32 {
    try run(lines.map { .line($0) }, isInteractive: false, isJSON: isJSON)
  }

  /// Runs lines as a person's; returns what was shown. After the first line, nothing can be
  /// written into the folder `breaking` any more.
  func typed(_ lines: String..., breaking: String? = nil) throws -> String {
    self.breaking = breaking
    _ = try run(lines.map { .line($0) })
    return screen
  }
}

/// Lines that show themselves, as a terminal does.
final class EchoedLines: LineSource {
  let isInteractive: Bool
  private let lines: ScriptedLines
  private let echo: (String) -> Void

  init(_ inputs: [Input], isInteractive: Bool, echo: @escaping (String) -> Void) {
    self.isInteractive = isInteractive
    lines = ScriptedLines(inputs: inputs, isInteractive: isInteractive)
    self.echo = echo
  }

  func next(prompt: String, initial: String?) -> Input {
    let input = lines.next(prompt: prompt, initial: initial)
    guard isInteractive else { return input }
    switch input {
    case .line(let line): echo(prompt + line + "\n")
    case .interrupt: echo(prompt + "^C\n")
    case .endOfInput: echo(prompt + "^D\n")
    }
    return input
  }

  func remember(_ entry: String) {}
}
