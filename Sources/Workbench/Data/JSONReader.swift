/// Where JSON text goes wrong.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The offset in bytes from the start of the text.
  public var offset: Int
  /// What was expected there.
  public var expected: String

  package init(offset: Int, expected: String) {
    self.offset = offset
    self.expected = expected
  }
  /// `at byte 17: expected a comma or ]`
  public var description: String { "at byte \(offset + 1): expected \(expected)" }
}

/// Parses JSON (RFC 8259) from bytes that nobody vouches for.
struct JSONReader {
  /// Deeper nesting is refused, as each level takes stack.
  static let depthLimit = 200

  private let bytes: [UInt8]
  private let start: Int
  private let end: Int
  private var at: Int
  /// Whether a container that breaks off gives the elements read before the break.
  private let salvaging: Bool
  private var failure: JSONError?

  private init(_ bytes: [UInt8], _ range: Range<Int>, salvaging: Bool) {
    self.bytes = bytes
    start = range.lowerBound
    at = range.lowerBound
    end = range.upperBound
    self.salvaging = salvaging
  }

  /// The one value in `range` of `bytes`.
  static func read(_ bytes: [UInt8], _ range: Range<Int>) throws(JSONError) -> JSONValue {
    var reader = JSONReader(bytes, range, salvaging: false)
    let value = reader.value(depth: 0)
    reader.skipSpace()
    if reader.failure == nil, reader.at < reader.end { reader.fail("the end of the text") }
    if let failure = reader.failure { throw failure }
    guard let value else { throw JSONError(offset: 0, expected: "a JSON value") }
    return value
  }

  /// What can be read of a damaged text, and where it breaks off; each container holds what came before.
  static func salvage(_ bytes: [UInt8]) -> (value: JSONValue, failure: JSONError?) {
    var reader = JSONReader(bytes, 0..<bytes.count, salvaging: true)
    let value = reader.value(depth: 0) ?? .null
    return (value, reader.failure)
  }

  private mutating func fail(_ expected: String) {
    if failure == nil { failure = JSONError(offset: at - start, expected: expected) }
  }

  private mutating func skipSpace() {
    while at < end, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09
    {
      at += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard at < end, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  private mutating func value(depth: Int) -> JSONValue? {
    guard depth < JSONReader.depthLimit else {
      fail("at most \(JSONReader.depthLimit) levels")
      return nil
    }
    skipSpace()
    guard at < end else {
      fail("a JSON value, but the text ends")
      return nil
    }
    switch bytes[at] {
    case UInt8(ascii: "{"): return object(depth: depth)
    case UInt8(ascii: "["): return array(depth: depth)
    case UInt8(ascii: "\""): return string().map { .string($0) }
    case UInt8(ascii: "t"): return word("true", .bool(true))
    case UInt8(ascii: "f"): return word("false", .bool(false))
    case UInt8(ascii: "n"): return word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
    default:
      fail("a JSON value")
      return nil
    }
  }

  private mutating func word(_ text: String, _ value: JSONValue) -> JSONValue? {
    for byte in text.utf8 {
      guard take(byte) else {
        fail(text)
        return nil
      }
    }
    return value
  }

  private mutating func array(depth: Int) -> JSONValue? {
    at += 1
    var values: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(values) }
    while true {
      if let next = value(depth: depth + 1) { values.append(next) }
      if failure == nil {
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(values) }
        if take(UInt8(ascii: ",")) { continue }
        fail("a comma or ]")
      }
      return salvaging ? .array(values) : nil
    }
  }

  private mutating func object(depth: Int) -> JSONValue? {
    at += 1
    var values: [String: JSONValue] = [:]
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(values) }
    while true {
      skipSpace()
      if at < end, bytes[at] == UInt8(ascii: "\"") {
        if let key = string() {
          skipSpace()
          if take(UInt8(ascii: ":")) {
            if let next = value(depth: depth + 1) { values[key] = next }
          } else {
            fail("a colon")
          }
        }
      } else {
        fail("a key in quotes")
      }
      if failure == nil {
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(values) }
        if take(UInt8(ascii: ",")) { continue }
        fail("a comma or }")
      }
      return salvaging ? .object(values) : nil
    }
  }

  private mutating func number() -> JSONValue? {
    let first = at
    var isInteger = true
    _ = take(UInt8(ascii: "-"))
    let leadingZero = at < end && bytes[at] == UInt8(ascii: "0")
    guard let whole = digits(), !(leadingZero && whole > 1) else {
      fail("a number")
      return nil
    }
    if take(UInt8(ascii: ".")) {
      isInteger = false
      guard digits() != nil else {
        fail("a digit")
        return nil
      }
    }
    if at < end, bytes[at] == UInt8(ascii: "e") || bytes[at] == UInt8(ascii: "E") {
      isInteger = false
      at += 1
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard digits() != nil else {
        fail("a digit")
        return nil
      }
    }
    let text = String(decoding: bytes[first..<at], as: UTF8.self)
    if isInteger, text != "-0", let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      at = first
      fail("a number within reach of 64-bit floats")
      return nil
    }
    return .number(value)
  }

  private mutating func digits() -> Int? {
    let first = at
    while at < end, bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") { at += 1 }
    return at > first ? at - first : nil
  }
}

extension JSONReader {
  private mutating func string() -> String? {
    at += 1
    var text = ""
    var first = at
    while at < end {
      switch bytes[at] {
      case UInt8(ascii: "\""):
        guard append(first..<at, to: &text) else { return nil }
        at += 1
        return text
      case UInt8(ascii: "\\"):
        guard append(first..<at, to: &text), escape(to: &text) else { return nil }
        first = at
      case 0..<0x20:
        fail("control characters in strings to be written as \\n, \\t or \\u00XX")
        return nil
      default:
        at += 1
      }
    }
    fail("the string's closing quote")
    return nil
  }

  private mutating func append(_ range: Range<Int>, to text: inout String) -> Bool {
    if range.isEmpty { return true }
    if let piece = String(validating: bytes[range], as: UTF8.self) {
      text += piece
      return true
    }
    if salvaging {
      text += String(decoding: bytes[range], as: UTF8.self)
      return true
    }
    at = range.lowerBound
    fail("text in UTF-8; save the file in that encoding")
    return false
  }

  private mutating func escape(to text: inout String) -> Bool {
    at += 1
    guard at < end else {
      fail("an escape")
      return false
    }
    let byte = bytes[at]
    at += 1
    switch byte {
    case UInt8(ascii: "\""): text += "\""
    case UInt8(ascii: "\\"): text += "\\"
    case UInt8(ascii: "/"): text += "/"
    case UInt8(ascii: "b"): text += "\u{8}"
    case UInt8(ascii: "f"): text += "\u{C}"
    case UInt8(ascii: "n"): text += "\n"
    case UInt8(ascii: "r"): text += "\r"
    case UInt8(ascii: "t"): text += "\t"
    case UInt8(ascii: "u"):
      guard let scalar = unicodeEscape() else { return false }
      text.unicodeScalars.append(scalar)
    default:
      at -= 1
      fail("one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")
      return false
    }
    return true
  }

  private mutating func unicodeEscape() -> Unicode.Scalar? {
    guard let first = fourDigits() else { return nil }
    if let scalar = Unicode.Scalar(first) { return scalar }
    // A surrogate: the second half must follow, else it stands for nothing.
    let kept = at
    if first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
      guard let second = fourDigits() else { return nil }
      if 0xDC00...0xDFFF ~= second {
        return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
      }
    }
    at = kept
    return "\u{FFFD}"
  }

  private mutating func fourDigits() -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard at < end, let digit = Character(Unicode.Scalar(bytes[at])).hexDigitValue,
        bytes[at] < 0x80
      else {
        fail("four hexadecimal digits")
        return nil
      }
      value = value << 4 | UInt32(digit)
      at += 1
    }
    return value
  }
}
