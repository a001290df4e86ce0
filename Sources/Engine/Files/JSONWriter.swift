/// Writes JSON, on one line or with one member or item a line.
struct JSONWriter {
  /// What was written so far.
  private(set) var text = ""
  private let sortsKeys: Bool
  private let isPretty: Bool
  private var indent = ""

  /// A writer that has written nothing yet.
  init(sortsKeys: Bool, isPretty: Bool) {
    self.sortsKeys = sortsKeys
    self.isPretty = isPretty
  }

  /// Writes `value` after what is there.
  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .numeral(let digits): text += digits
    case .string(let value): quote(value)
    case .array(let values):
      list(values, "[", "]") { writer, value in writer.write(value) }
    case .object(let object):
      let members = object.members
      list(sortsKeys ? members.sorted { $0.key < $1.key } : members, "{", "}") { writer, member in
        writer.quote(member.key)
        writer.text += writer.isPretty ? ": " : ":"
        writer.write(member.value)
      }
    }
  }

  private mutating func list<Element>(
    _ elements: [Element], _ opening: String, _ closing: String,
    _ write: (inout JSONWriter, Element) -> Void
  ) {
    text += opening
    let outer = indent
    indent += "  "
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      if isPretty { text += "\n" + indent }
      write(&self, element)
    }
    indent = outer
    if isPretty, !elements.isEmpty { text += "\n" + indent }
    text += closing
  }

  /// Writes `value` as a JSON string.
  mutating func quote(_ value: String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      // JSON forbids the first range only. DEL and the C1 set can steer a terminal, and the last
      // two end a line in JavaScript and Python.
      case "\0"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

extension JSONValue {
  /// The value in JSON on one line, keys in their order or sorted.
  public func text(sortedKeys: Bool = false) -> String {
    written(sortedKeys, isPretty: false)
  }

  /// The value in JSON with one member or item a line, indented by two spaces, ending without a
  /// newline; keys in their order or sorted.
  public func lines(sortedKeys: Bool = false) -> String {
    written(sortedKeys, isPretty: true)
  }

  private func written(_ sortsKeys: Bool, isPretty: Bool) -> String {
    var writer = JSONWriter(sortsKeys: sortsKeys, isPretty: isPretty)
    writer.write(self)
    return writer.text
  }
}
