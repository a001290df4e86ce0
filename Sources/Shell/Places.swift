/// Where the shell keeps what belongs to the person rather than to a session.
struct Places {
  private let environment: [String: String]

  /// The places by `environment` (XDG base directory specification 0.8; relative paths are ignored).
  init(_ environment: [String: String]) { self.environment = environment }

  /// The lines typed in earlier runs; nil where they are not to be kept.
  var history: String? {
    if environment["ATTUNE_NO_HISTORY"].map({ !$0.isEmpty }) ?? false { return nil }
    return folder("XDG_STATE_HOME", ".local/state").map { $0 + "/history" }
  }

  /// The lines of `/set` that hold for every new session.
  var configuration: String? { folder("XDG_CONFIG_HOME", ".config").map { $0 + "/config" } }

  /// Where suites of prompts lie: the working directory's, then the person's.
  var promptFolders: [String] {
    ["prompts"] + (folder("XDG_DATA_HOME", ".local/share").map { [$0 + "/prompts"] } ?? [])
  }

  private func folder(_ variable: String, _ fallback: String) -> String? {
    if let path = environment[variable], path.hasPrefix("/") { return path + "/attune" }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/" + fallback + "/attune"
  }
}
