/// Where sessions are kept, and what a name stands for.
public struct SessionPlaces: Sendable, Equatable {
  /// The sessions folder: `./sessions` if it exists, else `$XDG_DATA_HOME/attune/sessions`.
  public var folder: String
  /// A folder of one's own choice.
  public init(folder: String) { self.folder = folder }
  /// The folder by `environment` and the working directory.
  public init(environment: [String: String], workingDirectory: String) { fatalError("unfinished") }
  /// The folder by this process's environment.
  public static func current() -> SessionPlaces { fatalError("unfinished") }

  /// The session file `name` stands for: a path as it stands where it has a `/` or ends in `.json`, else a
  /// session in the folder.
  public func path(for name: String) -> String { fatalError("unfinished") }
  /// The name by which a person calls the file at `path`.
  public func name(for path: String) -> String { fatalError("unfinished") }
  /// A path for a session that nobody named, free at this moment: `scratch-20261124-101500.json`.
  public func scratchPath(now: Timestamp) -> String { fatalError("unfinished") }
  /// The sessions in the folder, by name; unreadable ones carry their problem.
  public func list() -> [Listing] { fatalError("unfinished") }

  /// One session in the folder.
  public struct Listing: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its file.
    public var path: String
    /// When it was last written.
    public var written: Timestamp
    /// How many examples and bursts it has, and its model's path; nil where it cannot be read.
    public var contents: Contents?
    /// Whether nobody named it.
    public var isScratch: Bool
  }
  /// What a listing tells of a session.
  public struct Contents: Sendable, Equatable {
    /// The model's path.
    public var model: String?
    /// Examples not removed.
    public var examples: Int
    /// Bursts.
    public var bursts: Int
  }
}
