/// A JSON value as a file of another program holds it: keys in the file's order, numbers as
/// written.
///
/// Foundation's decoder says neither where a text is wrong nor that a key stands twice; a file that
/// a person edits, or that someone hostile made, needs both.
public enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// The value as an integer, if it is written as one and fits (`8`, not `8.5`; `8.0` counts).
  public var int: Int? {
    guard case .number(let text) = self else { return nil }
    return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
  }

  /// The value as a double, if it is a number.
  public var double: Double? {
    if case .number(let text) = self { Double(text) } else { nil }
  }

  /// The value if it is true or false.
  public var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The value if it is a text.
  public var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The values if it is an array.
  public var array: [JSONValue]? {
    if case .array(let values) = self { values } else { nil }
  }

  /// The value if it is an object.
  public var object: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// The value in JSON, on one line, keys in their order.
  public var text: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let text): text
    case .string(let value): Self.quote(value)
    case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
    case .object(let object):
      "{" + object.members.map { Self.quote($0.key) + ":" + $0.value.text }.joined(separator: ",")
        + "}"
    }
  }

  /// The value in JSON with one member or item a line, indented by two spaces, ending without a
  /// newline.
  public func lines(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .array(let values) where !values.isEmpty:
      return "[\n" + values.map { inner + $0.lines(indent: inner) }.joined(separator: ",\n")
        + "\n\(indent)]"
    case .object(let object) where !object.members.isEmpty:
      let members = object.members.map {
        inner + Self.quote($0.key) + ": " + $0.value.lines(indent: inner)
      }
      return "{\n" + members.joined(separator: ",\n") + "\n\(indent)}"
    default: return text
    }
  }

  /// A text as a JSON string, with what JSON forbids escaped.
  static func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..."\u{1f}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// A JSON object: its members in the file's order, and quick to look up.
public struct JSONObject: Sendable, Equatable {
  /// One key with its value.
  public struct Member: Sendable, Equatable {
    /// The key.
    public let key: String
    /// The value.
    public let value: JSONValue
  }

  /// The members in order, no key twice.
  public private(set) var members: [Member] = []
  private var places: [String: Int] = [:]

  /// An object without members.
  public init() {}

  /// The value at `key`; nil where there is none or it is `null`.
  public subscript(key: String) -> JSONValue? {
    guard let place = places[key], members[place].value != .null else { return nil }
    return members[place].value
  }

  /// Adds a member at the end; false where the key is there already.
  @discardableResult
  public mutating func append(_ key: String, _ value: JSONValue) -> Bool {
    guard places[key] == nil else { return false }
    places[key] = members.count
    members.append(Member(key: key, value: value))
    return true
  }
}
