/// A JSON value whose object keys are written in the order given.
enum JSON {
  case null
  case bool(Bool)
  case int(Int)
  case unsigned(UInt64)
  case number(Double)
  /// Written as the shortest decimal that reads back as this `Float`.
  case float(Float)
  case string(String)
  case array([JSON])
  case object([(String, JSON)])

  /// `value`, rounded to `places` decimals.
  static func rounded(_ value: Double, places: Int) -> JSON {
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    return .number((value * scale).rounded() / scale)
  }

  /// An array of token ids.
  static func ids(_ ids: [Int32]) -> JSON { .array(ids.map { .int(Int($0)) }) }

  /// A string, or null.
  static func optional(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }

  /// The value on one line. A number that JSON cannot hold (infinite, not a number) becomes null.
  var line: String {
    var text = ""
    append(to: &text)
    return text
  }

  private func append(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .int(let value): text += String(value)
    case .unsigned(let value): text += String(value)
    case .number(let value): text += value.isFinite ? value.description : "null"
    case .float(let value): text += value.isFinite ? value.description : "null"
    case .string(let value): JSON.append(quoted: value, to: &text)
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.append(to: &text)
      }
      text += "]"
    case .object(let pairs):
      text += "{"
      for (index, pair) in pairs.enumerated() {
        if index > 0 { text += "," }
        JSON.append(quoted: pair.0, to: &text)
        text += ":"
        pair.1.append(to: &text)
      }
      text += "}"
    }
  }

  private static func append(quoted value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      // The last two end a line in JavaScript, and DEL and the C1 set can steer a terminal.
      case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
