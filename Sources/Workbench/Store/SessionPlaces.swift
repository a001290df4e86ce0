import Engine

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where sessions are kept, and what a name stands for.
public struct SessionPlaces: Sendable, Equatable {
  /// The sessions folder: `./sessions` if it exists, else `$XDG_DATA_HOME/attune/sessions`.
  public var folder: String

  /// A folder of one's own choice.
  public init(folder: String) { self.folder = folder }

  /// The folder by `environment` and the working directory.
  public init(environment: [String: String], workingDirectory: String) {
    let local = workingDirectory + "/sessions"
    if FileBytes.isFolder(local) {
      folder = local
    } else if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") {
      // A relative path is to be ignored, says the XDG base directory specification.
      folder = data + "/attune/sessions"
    } else if let home = environment["HOME"], !home.isEmpty {
      folder = home + "/.local/share/attune/sessions"
    } else {
      folder = local
    }
  }

  /// The folder by this process's environment.
  public static func current() -> SessionPlaces {
    var environment: [String: String] = [:]
    for name in ["XDG_DATA_HOME", "HOME"] {
      if let value = getenv(name) { environment[name] = String(cString: value) }
    }
    return SessionPlaces(environment: environment, workingDirectory: ".")
  }

  /// The session file `name` stands for: a path as it stands where it has a `/` or ends in `.json`, else a
  /// session in the folder.
  public func path(for name: String) -> String {
    name.contains("/") || name.hasSuffix(".json") ? name : folder + "/" + name + ".json"
  }

  /// The name by which a person calls the file at `path`.
  public func name(for path: String) -> String {
    let prefix = folder + "/"
    guard path.hasPrefix(prefix), path.hasSuffix(".json") else { return path }
    let name = path.dropFirst(prefix.count).dropLast(".json".count)
    return name.contains("/") || name.isEmpty ? path : String(name)
  }

  /// Whether the file at `path` holds a session that nobody named.
  public func isScratch(_ path: String) -> Bool {
    let name = name(for: path)
    guard name != path, name.hasPrefix("scratch-") else { return false }
    // A person's own "scratch-pad" is not one of ours, and must not be moved away.
    let parts = name.dropFirst("scratch-".count).split(
      separator: "-", omittingEmptySubsequences: false)
    return (2...3).contains(parts.count) && parts[0].utf8.count == 8 && parts[1].utf8.count == 6
      && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { 48...57 ~= $0 } }
  }

  /// Why `name` cannot name a session; nil where it can.
  func problem(withName name: String) -> String? {
    if name.isEmpty { return "it is empty" }
    if name.contains("/") || name.hasSuffix(".json") { return nil }
    if name.hasPrefix(".") { return "it starts with a point" }
    if name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      return "it holds a control character"
    }
    return name.utf8.count > 200 ? "it is longer than 200 bytes" : nil
  }

  /// A path for a session that nobody named, free at this moment: `scratch-20261124-101500.json`.
  public func scratchPath(now: Timestamp) -> String {
    let digits = now.description.filter(\.isNumber)
    let stem = folder + "/scratch-" + digits.prefix(8) + "-" + digits.dropFirst(8)
    var path = stem + ".json"
    var number = 2
    while FileBytes.exists(path) || FileBytes.exists(SessionStore.lockPath(path)) {
      path = "\(stem)-\(number).json"
      number += 1
    }
    return path
  }

  /// The sessions in the folder, by name; one that cannot be read has no contents.
  public func list() -> [Listing] {
    FileBytes.names(in: folder).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map { file in
      let path = folder + "/" + file
      let session = try? SessionStore.peek(path: path)
      return Listing(
        name: name(for: path), path: path, written: FileBytes.written(path),
        contents: session.map {
          Contents(
            model: $0.model?.path, examples: $0.examples.count { $0.current != nil },
            bursts: $0.bursts.count)
        },
        isScratch: isScratch(path))
    }
  }

  /// One session in the folder.
  public struct Listing: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its file.
    public var path: String
    /// When it was last written.
    public var written: Timestamp
    /// What it holds; nil where it cannot be read.
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

    package init(model: String?, examples: Int, bursts: Int) {
      self.model = model
      self.examples = examples
      self.bursts = bursts
    }
  }
}
