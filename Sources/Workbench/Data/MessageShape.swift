import Engine

/// The shapes of one turn of a conversation: `role` and `content`, or ShareGPT's `from` and `value`.
enum MessageShape {
  /// The messages of `values`, and their unknown keys: nil where there are none, else an array of one object a
  /// message.
  static func messages(_ values: [JSONValue], key: String) throws(ShapeError) -> (
    messages: [Message], rest: JSONValue?
  ) {
    guard !values.isEmpty else { throw ShapeError("\(key) is empty, a message was expected") }
    var messages: [Message] = []
    var rests: [JSONValue] = []
    for (index, value) in values.enumerated() {
      let (message, rest) = try message(value, "message \(index + 1) of \(key)")
      messages.append(message)
      rests.append(.object(rest))
    }
    return (messages, rests.contains { $0 != .object([:]) } ? .array(rests) : nil)
  }

  /// The message that `value` stands for; `place` is how a sentence names it.
  static func message(_ value: JSONValue, _ place: String) throws(ShapeError) -> (
    message: Message, rest: JSONObject
  ) {
    guard case .object(var members) = value else {
      throw ShapeError(
        "\(place) is \(value.kind), an object with `role` and `content` was expected")
    }
    let isForeign = members["role"] == nil && members["from"] != nil
    let roleKey = isForeign ? "from" : "role"
    guard let role = members.removeValue(forKey: roleKey)?.string, !role.isEmpty else {
      throw ShapeError("\(place) has no `role`")
    }
    let contentKey = members["content"] == nil && isForeign ? "value" : "content"
    guard let content = members.removeValue(forKey: contentKey).flatMap(text) else {
      throw ShapeError("\(place) has no text in `\(contentKey)`")
    }
    let train = try flag(&members, place)
    return (
      Message(role: roles[role] ?? role, content: content, train: train), members
    )
  }

  private static let roles = [
    "human": "user", "gpt": "assistant", "chatgpt": "assistant", "bot": "assistant",
    "model": "assistant", "function_call": "assistant", "observation": "tool", "function": "tool",
  ]

  /// A string, or the text parts of an array of parts; nil for anything else.
  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text): return text
    case .array(let parts):
      var text = ""
      for part in parts {
        guard let piece = part.string ?? part.object?["text"]?.string else { return nil }
        text += piece
      }
      return text
    default: return nil
    }
  }

  private static func flag(_ members: inout JSONObject, _ place: String)
    throws(ShapeError) -> Bool?
  {
    for key in ["train", "training", "weight"] {
      guard let value = members[key] else { continue }
      members[key] = nil
      switch value {
      case .bool(let flag): return flag
      case .null: return nil
      case _ where value.double == 0: return false
      case _ where value.double == 1: return true
      default:
        throw ShapeError("\(place) has \(value.kind) in `\(key)`, true or false was expected")
      }
    }
    return nil
  }
}
