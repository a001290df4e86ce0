import Engine

/// Writes the text of a session's file: one member or item a line, two spaces a level, keys in the order of bytes.
///
/// Foundation's encoder writes the same bytes with sorted keys, but builds a tree of dictionaries on the way, which
/// takes a tenth of a second for ten thousand examples; the file is written after every change. Whoever writes an
/// object's members names them in ascending order.
struct SessionWriter {
  /// What was written up to now.
  private(set) var bytes: [UInt8] = []
  private var level = 0
  private var isFirst = true

  /// The text of one value, ending in a newline. `capacity`: about how many bytes it takes.
  static func text(of value: some SessionWritable, capacity: Int = 0) -> [UInt8] {
    var writer = SessionWriter()
    writer.bytes.reserveCapacity(capacity)
    value.write(to: &writer)
    writer.bytes.append(newline)
    return writer.bytes
  }

  /// `value` under `key` in the object being written.
  mutating func member(_ key: String, _ value: some SessionWritable) {
    startLine()
    quote(key)
    append(" : ")
    value.write(to: &self)
  }

  /// The same where there is a value; nothing where there is none.
  mutating func member(_ key: String, ifPresent value: (some SessionWritable)?) {
    if let value { member(key, value) }
  }

  /// An object; `members` writes what stands in it.
  mutating func object(_ members: (inout SessionWriter) -> Void) {
    nested(open: UInt8(ascii: "{"), close: UInt8(ascii: "}"), members)
  }

  /// An array of what `elements` write.
  mutating func array(_ elements: some Sequence<some SessionWritable>) {
    nested(open: UInt8(ascii: "["), close: UInt8(ascii: "]")) { writer in
      for element in elements {
        writer.startLine()
        element.write(to: &writer)
      }
    }
  }

  /// Digits or a word of JSON, as they stand.
  mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  /// A text in quotes.
  mutating func quote(_ text: String) {
    bytes.append(quotationMark)
    var text = text
    text.withUTF8 { text in
      var start = 0
      for (index, byte) in text.enumerated()
      where byte < 0x20 || byte == quotationMark || byte == backslash {
        bytes.append(contentsOf: text[start..<index])
        escape(byte)
        start = index + 1
      }
      bytes.append(contentsOf: text[start...])
    }
    bytes.append(quotationMark)
  }

  private mutating func escape(_ byte: UInt8) {
    bytes.append(backslash)
    switch byte {
    case quotationMark, backslash: bytes.append(byte)
    case 0x08: append("b")
    case 0x09: append("t")
    case 0x0A: append("n")
    case 0x0C: append("f")
    case 0x0D: append("r")
    default: append((byte < 0x10 ? "u000" : "u00") + String(byte, radix: 16))
    }
  }

  private mutating func nested(open: UInt8, close: UInt8, _ body: (inout SessionWriter) -> Void) {
    bytes.append(open)
    bytes.append(newline)
    level += 1
    isFirst = true
    body(&self)
    level -= 1
    isFirst = false
    bytes.append(newline)
    indent()
    bytes.append(close)
  }

  private mutating func startLine() {
    if !isFirst {
      bytes.append(UInt8(ascii: ","))
      bytes.append(newline)
    }
    isFirst = false
    indent()
  }

  private mutating func indent() {
    for _ in 0..<level { append("  ") }
  }
}

private let newline: UInt8 = 0x0A
private let quotationMark = UInt8(ascii: "\"")
private let backslash = UInt8(ascii: "\\")

/// What stands in a session's file.
protocol SessionWritable {
  /// Writes the value where `writer` stands.
  func write(to writer: inout SessionWriter)
}

extension String: SessionWritable {
  func write(to writer: inout SessionWriter) { writer.quote(self) }
}

extension Bool: SessionWritable {
  func write(to writer: inout SessionWriter) { writer.append(self ? "true" : "false") }
}

extension SessionWritable where Self: BinaryInteger {
  func write(to writer: inout SessionWriter) { writer.append("\(self)") }
}
extension Int: SessionWritable {}
extension UInt64: SessionWritable {}
extension Token: SessionWritable {}

extension SessionWritable where Self: BinaryFloatingPoint & CustomStringConvertible {
  /// The shortest digits that read back as the same number. Losses may be infinite or not a number, which JSON has no
  /// digits for.
  func write(to writer: inout SessionWriter) {
    guard isFinite else {
      return writer.quote(
        isNaN ? SessionFile.nan : self > 0 ? SessionFile.infinity : SessionFile.negativeInfinity)
    }
    let digits = description
    writer.append(digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits)
  }
}
extension Double: SessionWritable {}
extension Float: SessionWritable {}

extension Array: SessionWritable where Element: SessionWritable {
  func write(to writer: inout SessionWriter) { writer.array(self) }
}

extension Optional: SessionWritable where Wrapped: SessionWritable {
  func write(to writer: inout SessionWriter) {
    if let self { self.write(to: &writer) } else { writer.append("null") }
  }
}

extension SessionWritable where Self: RawRepresentable<String> {
  func write(to writer: inout SessionWriter) { writer.quote(rawValue) }
}

extension SessionWritable where Self: TextCoded {
  func write(to writer: inout SessionWriter) { writer.quote(description) }
}
