import ArgumentParser
import Engine
import Workbench

/// Which model, and how many threads it may use.
struct ModelOptions: ParsableArguments {
  @Option(help: "A GGUF file, a model folder, or the name of a model in the cache.")
  var model: String?

  @Option(help: "Worker threads; all cores unless given.")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a number from 1 to 1024, not \(threads).")
    }
  }

  /// The model's file or folder.
  func path() throws -> String { try ModelPlaces.current.resolve(model) }

  /// Loads the model.
  func load() throws -> Model { try Model(path: path(), threads: threads) }
}

/// The adapter that answers, if any.
struct AdapterOptions: ParsableArguments {
  @Option(help: "A PEFT adapter folder; the foundation model answers without one.")
  var adapter: String?

  /// Reads the adapter.
  func load(for model: Model) throws -> Adapter? {
    try adapter.map { try Adapter(peft: $0, for: model) }
  }
}

/// How results are written.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Write JSON Lines to standard output, and nothing else.")
  var json = false
}

extension ExitCode {
  /// Ctrl-C ended the work; what was done until then is kept.
  static let interrupted = ExitCode(130)
  /// A probe failed.
  static let probesFailed = ExitCode(100)
}

/// Refuses an option's value that is not finite or that `isValid` refuses.
func check(_ option: String, _ value: Float?, _ range: String, _ isValid: (Float) -> Bool) throws {
  if let value, !value.isFinite || !isValid(value) {
    throw ValidationError("\(option) takes \(range), not \(value).")
  }
}

/// Refuses an option's value below `least`.
func check(_ option: String, _ value: Int?, atLeast least: Int) throws {
  if let value, value < least {
    throw ValidationError("\(option) takes a whole number of at least \(least), not \(value).")
  }
}
