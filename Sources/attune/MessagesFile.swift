import Engine

import struct Workbench.JSONError
// Engine has a type of that name too; this one is meant.
import enum Workbench.JSONValue

/// A conversation in a JSON file: an array of messages, or an object that has one under `messages`.
enum MessagesFile {
  /// Reads `path`; `-` is standard input.
  static func read(_ path: String) throws -> [Message] {
    let bytes = path == "-" ? try StandardInput.readAll() : try InputFile.readAll(path)
    return try parse(bytes, from: path == "-" ? "standard input" : path)
  }

  /// The messages in a JSON text; `place` names it in errors.
  static func parse(_ bytes: [UInt8], from place: String) throws -> [Message] {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(bytes) } catch {
      throw MessagesError.notJSON(place: place, reason: error.description)
    }
    let list: [JSONValue]
    switch value {
    case .array(let values): list = values
    case .object(let object):
      guard case .array(let values)? = object["messages"] else {
        throw MessagesError.noMessages(place: place)
      }
      list = values
    default: throw MessagesError.noMessages(place: place)
    }
    guard !list.isEmpty else { throw MessagesError.empty(place: place) }
    return try list.enumerated().map { index, value in
      guard let message = message(value) else {
        throw MessagesError.badMessage(place: place, number: index + 1)
      }
      return message
    }
  }

  private static func message(_ value: JSONValue) -> Message? {
    guard case .object(let object) = value, case .string(let role)? = object["role"],
      let content = text(object["content"])
    else { return nil }
    guard case .bool(let train)? = object["train"] else {
      return Message(role: role, content: content)
    }
    return Message(role: role, content: content, train: train)
  }

  // Some programs write content as parts: [{"type": "text", "text": "…"}].
  private static func text(_ value: JSONValue?) -> String? {
    if case .string(let text)? = value { return text }
    guard case .array(let parts)? = value else { return nil }
    var joined = ""
    for part in parts {
      guard case .object(let object) = part, case .string(let text)? = object["text"] else {
        return nil
      }
      joined += text
    }
    return joined
  }
}

/// Why a file is no conversation.
enum MessagesError: Error, Equatable, CustomStringConvertible {
  case notJSON(place: String, reason: String)
  case noMessages(place: String)
  case empty(place: String)
  case badMessage(place: String, number: Int)

  var description: String {
    switch self {
    case .notJSON(let place, let reason):
      "\(place) is not JSON (\(reason)). \(Self.expected)"
    case .noMessages(let place): "\(place) holds no messages. \(Self.expected)"
    case .empty(let place): "\(place) holds an empty conversation. \(Self.expected)"
    case .badMessage(let place, let number):
      "Message \(number) of \(place) has no \"role\" and \"content\" that are text. \(Self.expected)"
    }
  }

  private static let expected =
    #"Expected an array like [{"role": "user", "content": "Hello"}], or an object with "messages"."#
}
