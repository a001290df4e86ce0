import Engine
import Workbench

/// Examples as people read and edit them.
enum ExampleText {
  /// One line: what is asked and what is answered.
  static func line(_ content: ExampleContent) -> String {
    switch content {
    case .messages(let messages):
      let parts = messages.filter { $0.role != "system" }.map { sanitisedLine($0.content) }
      return parts.joined(separator: " → ")
    case .text(let text): return sanitisedLine(text)
    case .tokens(let ids, _): return counted(ids.count, "token id")
    case .preference(let prompt, let chosen, let rejected):
      return [prompt, chosen, rejected].map { sanitisedLine($0.last?.content ?? "") }
        .enumerated().map { ["", " → ✓ ", " ✗ "][$0] + $1 }.joined()
    case .judged(let prompt, let completion, let good):
      return sanitisedLine(prompt.last?.content ?? "") + " → "
        + sanitisedLine(completion.last?.content ?? "") + (good ? " ✓" : " ✗")
    }
  }

  /// Everything, in full: turns under their roles, wrapped where the page has an edge.
  static func lines(_ content: ExampleContent, on page: Page) -> [String] {
    func rows(_ text: String, indent: String) -> [String] {
      let text = sanitised(text)
      let rows =
        page.room.map { wrapped(text, to: max(1, $0 - indent.count)) }
        ?? text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      return rows.map { indent + $0 }
    }
    func turns(_ messages: [Message], _ label: String = "") -> [String] {
      messages.flatMap { message in
        let note = message.train == false ? " (not trained)" : ""
        return [page.palette.paint(label + sanitisedLine(message.role) + note, .strong)]
          + rows(message.content, indent: "  ")
      }
    }
    switch content {
    case .messages(let messages): return turns(messages)
    case .text(let text): return [page.palette.paint("text", .strong)] + rows(text, indent: "")
    case .tokens(let ids, let labels):
      return ["token ids and labels (-100 is not trained)"]
        + zip(ids, labels).map { "  \($0)  \($1)" }
    case .preference(let prompt, let chosen, let rejected):
      return turns(prompt) + turns(chosen, "chosen: ") + turns(rejected, "rejected: ")
    case .judged(let prompt, let completion, let good):
      return turns(prompt) + turns(completion, good ? "good: " : "bad: ")
    }
  }

  /// The mark before a turn's role in a text to edit.
  private static let mark = "### "

  /// A text to edit the content in.
  static func editable(_ content: ExampleContent) -> String {
    if let turns = turns(content) {
      return turns.map { "\(mark)\($0.role)\n\(escaped($0.content))\n" }.joined(separator: "\n")
    }
    if case .text(let text) = content { return text }
    return DataExport.line(content, extra: [:])
  }

  /// What an edited text says, in the shape that `original` has.
  static func content(_ text: String, like original: ExampleContent) throws -> ExampleContent {
    if let turns = turns(original) {
      return try content(messages(text, like: turns))
    }
    switch original {
    case .text: return .text(text)
    default:
      let file = DataFile(bytes: Array(text.utf8))
      if let bad = file.bad.first { throw ShellError.unreadableEdit(problem: bad.description) }
      guard let line = file.lines.first, file.lines.count == 1 else {
        throw ShellError.unreadableEdit(problem: "one JSON object was expected.")
      }
      return line.content
    }
  }

  /// A line of text that looks like a mark is told from one by a backslash.
  private static func escaped(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.drop { $0 == "\\" }.hasPrefix(mark) ? "\\" + $0 : String($0) }
      .joined(separator: "\n")
  }

  private static func messages(_ text: String, like original: [Message]) throws -> [Message] {
    var messages: [Message] = []
    var content: [Substring] = []
    func end() {
      guard !messages.isEmpty else { return }
      messages[messages.count - 1].content = trimmedLines(content).joined(separator: "\n")
      content = []
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix(mark) {
        end()
        let role = trimmed(line.dropFirst(mark.count))
        // Whether a turn is trained is not part of the text; it stays with its place.
        let train = messages.count < original.count ? original[messages.count].train : nil
        messages.append(Message(role: role, content: "", train: train))
      } else if line.hasPrefix("\\"), line.drop(while: { $0 == "\\" }).hasPrefix(mark) {
        content.append(line.dropFirst())
      } else {
        if messages.isEmpty, !line.allSatisfy(\.isWhitespace) {
          throw ShellError.unreadableEdit(problem: "it must start with a line such as \(mark)user.")
        }
        content.append(line)
      }
    }
    end()
    guard !messages.isEmpty else { throw ShellError.unreadableEdit(problem: "it is empty.") }
    return messages
  }

  private static func trimmedLines(_ lines: [Substring]) -> ArraySlice<Substring> {
    var lines = lines[...]
    // The editable text puts one empty line between turns; a person may leave more.
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
