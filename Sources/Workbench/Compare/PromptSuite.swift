/// A file of prompts to try: JSON Lines of `{"prompt": …}`.
public struct PromptSuite: Sendable, Equatable {
  /// One prompt; unknown keys are kept.
  public struct Entry: Sendable, Equatable {
    /// What to ask.
    public var prompt: String
    /// The line's other keys.
    public var extra: [String: JSONValue]
  }

  /// The file's name without its folder and ending.
  public var name: String
  /// The prompts in order.
  public var entries: [Entry]
  /// Lines that could not be read.
  public var bad: [BadLine]

  /// Reads a suite; throws where the file cannot be read.
  public init(path: String) throws(DataError) { fatalError("unfinished") }

  /// The suites' paths in `folder` (`*.jsonl`), sorted; empty where there is no such folder.
  public static func paths(in folder: String) -> [String] { fatalError("unfinished") }
}
