#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Where Attune keeps things, after the XDG base directory specification.
public enum Places {
  /// `$XDG_CACHE_HOME/attune`.
  public static var cache: String { folder("XDG_CACHE_HOME", ".cache") }
  /// `$XDG_CONFIG_HOME/attune`.
  public static var configuration: String { folder("XDG_CONFIG_HOME", ".config") }
  /// `$XDG_STATE_HOME/attune`.
  public static var state: String { folder("XDG_STATE_HOME", ".local/state") }
  /// `$XDG_DATA_HOME/attune`.
  public static var data: String { folder("XDG_DATA_HOME", ".local/share") }
  /// Where fetched models lie.
  public static var models: String { cache + "/models" }

  private static func folder(_ variable: String, _ fallback: String) -> String {
    // The specification: a relative path in the variable is to be ignored.
    if let value = environment(variable), value.hasPrefix("/") { return value + "/attune" }
    return (environment("HOME") ?? "/tmp") + "/" + fallback + "/attune"
  }

  private static func environment(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }
}
