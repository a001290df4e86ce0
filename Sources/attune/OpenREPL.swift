import ArgumentParser
import Engine
import Shell
import Workbench

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

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

  // Whatever is no subcommand ends here.
  @Argument(help: .hidden)
  var words: [String] = []

  func validate() throws {
    if let word = words.first {
      let names = Attune.configuration.subcommands.compactMap { $0._commandName }
      let nearest = nearestName(to: word, in: names).map { "Did you mean \($0)?" }
      throw ValidationError(
        "There is no subcommand called \(word). \(nearest ?? "`attune help` lists them.")")
    }
    if script != nil, !lines.isEmpty { throw ValidationError("Give either --run or -c.") }
  }

  func run() throws {
    let threads = model.threads
    var options = ShellOptions(
      version: Attune.configuration.version, environment: ProcessInfo.processInfo.environment
    ) { name in
      EngineModel(try Model(path: ModelPlaces.current.resolve(name), threads: threads))
    }
    options.model = model.model
    options.session = session
    options.script = script
    options.commands = lines
    options.seed = seed
    options.isJSON = output.json
    options.noColor = noColor
    let code = runShell(options)
    guard code == 0 else { throw ExitCode(code) }
  }
}
