import Engine
public import Workbench

/// What a command works with: the work, the screen, the lines, and the world around.
public final class Console {
  /// What is worked on.
  public let workbench: Workbench
  /// What the person sees.
  public let output: Output
  /// What the person types.
  public let lines: any LineSource
  /// The world around.
  let surroundings: Surroundings
  /// Whether a probe failed in this run, which decides a script's exit code.
  var probesFailed = false
  /// The prompt asked last in this run.
  var lastAsked: String?
  /// Lines that commands read themselves.
  private(set) var linesTaken = 0

  /// The world around a shell.
  public struct Surroundings {
    /// The environment variables.
    public var environment: [String: String]
    /// Loads the model of that name; nil is the default one.
    public var loadModel: (String?) throws -> any TunableModel
    /// Where suites of prompts are looked for, the first folder first.
    public var promptFolders: [String]
    /// The program's version.
    public var version: String

    /// A world.
    public init(
      environment: [String: String], promptFolders: [String], version: String,
      loadModel: @escaping (String?) throws -> any TunableModel
    ) {
      self.environment = environment
      self.promptFolders = promptFolders
      self.version = version
      self.loadModel = loadModel
    }
  }

  /// A console.
  public init(
    workbench: Workbench, output: Output, lines: any LineSource, surroundings: Surroundings
  ) {
    self.workbench = workbench
    self.output = output
    self.lines = TranscribedLines(lines, output)
    self.surroundings = surroundings
  }

  /// Whether a person types the lines.
  var isInteractive: Bool { lines.isInteractive }

  /// `word` as a path, with `~/` for the home folder.
  func path(_ word: String) -> String {
    guard word == "~" || word.hasPrefix("~/"), let home = surroundings.environment["HOME"] else {
      return word
    }
    return home + word.dropFirst()
  }

  /// Asks a question that yes or no answers; no where nobody can be asked.
  func confirm(_ question: String) -> Bool {
    guard isInteractive, case .line(let answer) = lines.next(prompt: question + " [y/N] ") else {
      return false
    }
    return ["y", "yes"].contains(trimmed(answer).lowercased())
  }

  /// Makes sure that `path` may be written: it is new, or the person says so. Never the session's own file.
  func checkOverwrite(_ path: String, force: Bool, usage: String) throws {
    if let session = workbench.store?.path { try ShellError.checkIsOther(path, than: session) }
    if force || !fileExists(path) || confirm("Replace \(shownPath(path))?") { return }
    throw ShellError.fileExists(path: path, usage: usage)
  }

  /// Asks the model and shows its reply as it comes.
  func ask(_ prompt: String, foundation: Bool = false) throws {
    lastAsked = prompt
    try show { onText in
      try workbench.reply(
        prompt, foundation: foundation, shouldStop: { Interrupt.take() }, onText: onText)
    }
  }

  /// Shows a reply as it comes.
  func show(_ reply: (_ onText: (String) -> Bool) throws -> (turn: Turn, reply: Reply)) throws {
    output.beginReply()
    defer { output.endReply() }
    let (turn, reply) = try reply { text in
      output.stream(text)
      return !Interrupt.take()
    }
    output.endReply()
    if output.isJSON { try output.json(ReplyReport(turn, reply)) }
    // The terminal has shown ^C where the reply would have begun.
    if reply.stop == .interrupt, reply.text.isEmpty, output.screen.isTerminal { output.line() }
    let ending =
      switch reply.stop {
      case .end: ""
      case .length: "(cut off after \(reply.tokens) tokens; `/set max-tokens` raises the limit)"
      case .interrupt: "(stopped; what was said is kept)"
      }
    // Whoever sees the number learns what to call the reply by.
    let isNumbered = isInteractive && output.screen.chatsAtTerminal && !output.isJSON
    let note = trimmed((isNumbered ? "%\(turn.id) " : "") + ending)
    if !note.isEmpty { output.note(note) }
  }

  /// The next line, as the answer to a question of a command's.
  func answer(to question: String) -> Input {
    linesTaken += 1
    return lines.next(prompt: question)
  }

  /// The prompt asked last, for commands that ask it again.
  func lastPrompt() throws -> String {
    guard let prompt = lastAsked ?? workbench.session.lastTurn?.prompt else {
      throw ShellError.noPromptYet
    }
    return prompt
  }

  /// `text` for a person: harmless, and with `~` for the home folder in paths.
  func shown(_ text: String) -> String {
    let text = sanitised(text)
    guard let home = surroundings.environment["HOME"], home.count > 1 else { return text }
    return text.replacing(sanitised(home) + "/", with: "~/")
  }

  /// `path` for a person, on one line.
  func shownPath(_ path: String) -> String { sanitisedLine(shown(path)) }
}

/// A reply, as JSON.
private struct ReplyReport: Encodable {
  var prompt: String
  var text: String
  var stop: String
  var promptTokens: Int
  var tokens: Int
  var tokensPerSecond: Double
  var turn: Int
  var attempt: Int?
  var burst: Int?

  init(_ turn: Turn, _ reply: Reply) {
    prompt = turn.prompt
    text = reply.text
    stop = reply.stop.rawValue
    promptTokens = reply.promptTokens
    tokens = reply.tokens
    tokensPerSecond = reply.tokensPerSecond
    self.turn = turn.id
    attempt = turn.attempt
    burst = turn.burst
  }
}
