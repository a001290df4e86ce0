/// Writes examples as JSON Lines: conversations as `messages` with string content, others in their own shape.
public enum DataExport {
  /// The lines of `examples`' current revisions, each ending in a newline; removed ones are left out.
  public static func lines(_ examples: [Example]) -> String { fatalError("unfinished") }
  /// One line, without its end.
  public static func line(_ content: ExampleContent, extra: [String: JSONValue]) -> String {
    fatalError("unfinished")
  }
}
