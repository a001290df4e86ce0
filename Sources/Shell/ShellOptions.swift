public import Workbench

/// What the program was started with.
public struct ShellOptions {
  /// The program's version, for the banner.
  public var version: String
  /// The model named on the command line; nil where none was.
  public var model: String?
  /// The session to open or begin; nil is a new one without a name.
  public var session: String?
  /// A script of entries to run instead of asking a person; `-` is standard input.
  public var script: String?
  /// Entries to run instead of asking a person.
  public var commands: [String] = []
  /// The seed of every random choice; nil leaves it to the session.
  public var seed: UInt64?
  /// Whether answers are JSON.
  public var isJSON = false
  /// Whether colours are unwanted.
  public var noColor = false
  /// The environment variables.
  public var environment: [String: String]
  /// Loads the model of that name or path; nil is the default one.
  public var loadModel: (String?) throws -> any TunableModel

  /// Options with everything else at its default.
  public init(
    version: String, environment: [String: String],
    loadModel: @escaping (String?) throws -> any TunableModel
  ) {
    self.version = version
    self.environment = environment
    self.loadModel = loadModel
  }
}
