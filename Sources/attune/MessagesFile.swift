import Engine
import Workbench

/// A conversation in a JSON file: an array of messages, or an object that has one under `messages`.
enum MessagesFile {
  /// Reads `path`; `-` is standard input.
  static func read(_ path: String) throws -> [Message] {
    let bytes = path == "-" ? try StandardInput.readAll() : try InputFile.readAll(path)
    return try parse(bytes, from: path == "-" ? "Standard input" : path)
  }

  /// The messages in a JSON text; `place` names it in errors.
  static func parse(_ bytes: [UInt8], from place: String) throws -> [Message] {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(bytes) } catch {
      throw MessagesError(place: place, reason: "is not JSON, \(error)")
    }
    // A conversation is one line of a data file, whatever its shape; here it may stand on many.
    let file = DataFile(bytes: Array(value.text().utf8))
    if let bad = file.bad.first {
      throw MessagesError(place: place, reason: "is no conversation: \(bad.problem)")
    }
    guard file.lines.count == 1, case .messages(let messages)? = file.lines.first?.content,
      !messages.isEmpty
    else { throw MessagesError(place: place, reason: "holds no messages") }
    return messages
  }
}

/// Why a file is no conversation.
struct MessagesError: Error, Equatable, CustomStringConvertible {
  var place: String
  var reason: String

  var description: String {
    "\(place) \(reason). Expected an array like "
      + #"[{"role": "user", "content": "Hello"}], or an object that has one under "messages"."#
  }
}
