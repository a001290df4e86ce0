/// A JSON value as a text holds it: keys in their order, numbers as they were written.
///
/// Foundation's decoder says neither where a text is wrong nor that a key stands twice; a file that
/// a person edits, or that someone hostile made, needs both.
public enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// A number in JSON's notation (`-2.50e3`), as it was written.
  case numeral(String)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// The one value that `bytes` hold. Throws where they are not UTF-8, not JSON or against `rules`.
  package init(_ bytes: [UInt8], _ rules: JSONRules = .data) throws(JSONError) {
    self = try JSONReader.read(bytes[...], rules)
  }
}

extension JSONValue {
  /// A whole number.
  public static func integer(_ value: some BinaryInteger) -> JSONValue { .numeral("\(value)") }

  /// The shortest decimal that reads back as `value`; null where that is infinite or not a number,
  /// for which JSON has no word.
  public static func number(_ value: some BinaryFloatingPoint & CustomStringConvertible)
    -> JSONValue
  {
    value.isFinite ? .numeral(value.description) : .null
  }

  /// A text, or null where there is none.
  public static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}

extension JSONValue {
  /// The value as an integer, if it is one and fits (`8`, not `8.5`; `8.0` counts).
  public var int: Int? {
    guard case .numeral(let digits) = self else { return nil }
    return Int(digits) ?? Double(digits).flatMap { Int(exactly: $0) }
  }

  /// The value as a double, if it is a number.
  public var double: Double? {
    if case .numeral(let digits) = self { Double(digits) } else { nil }
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

  /// What kind of value it is, for a sentence: `a string`.
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a true or false"
    case .numeral: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

// Foundation's coders keep neither order nor digits, so both are lost on this way.
extension JSONValue: Codable {
  /// Reads any JSON value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode(JSONObject.self))
    }
  }

  /// Writes the value as it is; a number as the nearest that 64 bits hold.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .numeral(let digits):
      // As an integer, -0 would lose its sign.
      if digits != "-0", let value = Int(digits) {
        try container.encode(value)
      } else if digits != "-0", let value = UInt64(digits) {
        try container.encode(value)
      } else {
        try container.encode(Double(digits))
      }
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
