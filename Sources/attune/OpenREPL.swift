import ArgumentParser

/// Opens the REPL.
struct OpenREPL: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repl", abstract: "Open the REPL; what happens without a subcommand.")

  @OptionGroup var model: ModelOptions

  @Option(help: "The session to open, or to begin under that name.")
  var session: String?

  @Option(name: .customLong("run"), help: "Run a script of REPL lines and leave.")
  var script: String?

  @Option(
    name: .customShort("c"), parsing: .unconditionalSingleValue,
    help: "Run one REPL line and leave; may be given more than once.")
  var lines: [String] = []

  @Option(help: "The seed of every random choice.")
  var seed: UInt64?

  @OptionGroup var output: OutputOptions

  @Flag(help: "Use no colours.")
  var noColor = false

  func validate() throws {
    if script != nil, !lines.isEmpty { throw ValidationError("Give either --run or -c.") }
  }

  func run() throws {
  }
}
