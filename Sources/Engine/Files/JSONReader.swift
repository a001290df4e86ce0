/// Reads JSON (RFC 8259) from bytes that nobody vouches for, and says where it stops being so.
package struct JSONReader {
  private let bytes: UnsafeRawBufferPointer
  private let rules: JSONRules
  /// Whether a container that breaks off gives what was read before the break.
  private let isSalvaging: Bool
  private var position = 0
  // Not thrown, because what holds the fault may still be of use.
  private var failure: JSONError?

  private init(_ bytes: UnsafeRawBufferPointer, _ rules: JSONRules, isSalvaging: Bool) {
    self.bytes = bytes
    self.rules = rules
    self.isSalvaging = isSalvaging
    // Some editors put a byte order mark before UTF-8.
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
  }

  /// The one value that `bytes` hold. Throws where they are not UTF-8, not JSON or against `rules`.
  package static func read(
    _ bytes: UnsafeRawBufferPointer, _ rules: JSONRules = .strict
  ) throws(JSONError) -> JSONValue {
    var reader = JSONReader(bytes, rules, isSalvaging: false)
    let value = reader.value(depth: 0)
    reader.skipSpace()
    if reader.next != nil { reader.fail("the end of the text") }
    if let failure = reader.failure { throw failure }
    return value ?? .null
  }

  /// The one value that `bytes` hold; offsets and lines count from the slice's start.
  package static func read(
    _ bytes: ArraySlice<UInt8>, _ rules: JSONRules
  ) throws(JSONError) -> JSONValue {
    try bytes.withUnsafeBufferPointer { (bytes) throws(JSONError) in
      try read(UnsafeRawBufferPointer(bytes), rules)
    }
  }

  /// The object that `bytes` hold.
  static func object(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSONObject {
    guard let object = try read(bytes).object else {
      throw JSONError(offset: 0, line: 1, expected: "a JSON object", found: "another value")
    }
    return object
  }

  /// What can be read of a damaged text, and where it breaks off; each array and object holds what
  /// came before.
  package static func salvage(
    _ bytes: ArraySlice<UInt8>
  ) -> (value: JSONValue, failure: JSONError?) {
    bytes.withUnsafeBytes { bytes in
      var reader = JSONReader(bytes, .data, isSalvaging: true)
      let value = reader.value(depth: 0)
      return (value ?? .null, reader.failure)
    }
  }
}

extension JSONReader {
  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func fail(_ expected: String, found: String? = nil, at offset: Int? = nil) {
    guard failure == nil else { return }
    position = offset ?? position
    let there =
      switch next {
      case nil: JSONError.end
      case let byte? where byte > 0x20 && byte < 0x7f: "'\(Character(UnicodeScalar(byte)))'"
      case let byte?: "byte \(byte)"
      }
    failure = JSONError(
      offset: position, line: bytes[..<position].count { $0 == 0x0a } + 1, expected: expected,
      found: found ?? there)
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
      position += 1
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) -> JSONValue? {
    skipSpace()
    guard depth < rules.depth else {
      fail("at most \(rules.depth) levels")
      return nil
    }
    switch next {
    case UInt8(ascii: "{"): return object(depth: depth).map { .object($0) }
    case UInt8(ascii: "["): return array(depth: depth).map { .array($0) }
    case UInt8(ascii: "\""): return string().map { .string($0) }
    case UInt8(ascii: "t"): return word("true", .bool(true))
    case UInt8(ascii: "f"): return word("false", .bool(false))
    case UInt8(ascii: "n"): return word("null", .null)
    case UInt8(ascii: "-"), (UInt8(ascii: "0")...UInt8(ascii: "9"))?: return number()
    default:
      fail("a JSON value")
      return nil
    }
  }

  private mutating func word(_ word: String, _ value: JSONValue) -> JSONValue? {
    guard bytes[position...].starts(with: word.utf8) else {
      fail(word)
      return nil
    }
    position += word.utf8.count
    return value
  }

  private mutating func array(depth: Int) -> [JSONValue]? {
    var values: [JSONValue] = []
    let isWhole = list(closing: "]") { reader in
      if let value = reader.value(depth: depth + 1) { values.append(value) }
    }
    return isWhole || isSalvaging ? values : nil
  }

  private mutating func object(depth: Int) -> JSONObject? {
    var object = JSONObject()
    let isWhole = list(closing: "}") { reader in reader.member(of: &object, depth: depth) }
    return isWhole || isSalvaging ? object : nil
  }

  /// Reads what stands between brackets and commas; false where that breaks off.
  private mutating func list(
    closing: Unicode.Scalar, _ element: (inout JSONReader) -> Void
  ) -> Bool {
    position += 1
    skipSpace()
    if take(closing) { return true }
    repeat {
      element(&self)
      if failure != nil { return false }
      skipSpace()
    } while take(",")
    if take(closing) { return true }
    fail("',' or '\(closing)'")
    return false
  }

  private mutating func member(of object: inout JSONObject, depth: Int) {
    skipSpace()
    let start = position
    guard next == UInt8(ascii: "\"") else { return fail("a key in quotes") }
    guard let key = string() else { return }
    skipSpace()
    guard take(":") else { return fail("':'") }
    if rules.duplicates == .refused, object[key] != nil {
      return fail("each key once", found: "\(quoted(key)) twice", at: start)
    }
    if let value = value(depth: depth + 1) { object[key] = value }
  }

  private mutating func number() -> JSONValue? {
    let start = position
    _ = take("-")
    let whole = digits()
    // RFC 8259 forbids a leading zero, which other readers take for octal.
    guard whole > 0, whole == 1 || bytes[position - whole] != UInt8(ascii: "0") else {
      fail("a number", at: start)
      return nil
    }
    var isNumber = true
    if take(".") { isNumber = digits() > 0 }
    if isNumber, take("e") || take("E") {
      if !take("+") { _ = take("-") }
      isNumber = digits() > 0
    }
    guard isNumber else {
      fail("a digit")
      return nil
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if rules.isFinite, Double(text)?.isFinite != true {
      fail("a number within reach of 64-bit floats", at: start)
      return nil
    }
    return .numeral(text)
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    return position - start
  }
}

extension JSONReader {
  private mutating func string() -> String? {
    position += 1
    var text = ""
    var start = position
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        guard append(start..<position, to: &text) else { return nil }
        position += 1
        return text
      case UInt8(ascii: "\\"):
        guard append(start..<position, to: &text), let scalar = escape() else { return nil }
        text.unicodeScalars.append(scalar)
        start = position
      case 0..<0x20:
        fail("control characters in strings as \\n, \\t or \\u00XX")
        return nil
      default:
        position += 1
      }
    }
    fail("the string's closing quote")
    return nil
  }

  private mutating func append(_ range: Range<Int>, to text: inout String) -> Bool {
    if let piece = String(validating: bytes[range], as: UTF8.self) {
      text += piece
    } else if isSalvaging {
      text += String(decoding: bytes[range], as: UTF8.self)
    } else {
      fail("text in UTF-8", found: "another encoding", at: range.lowerBound)
      return false
    }
    return true
  }

  private mutating func escape() -> Unicode.Scalar? {
    position += 1
    let simple: Unicode.Scalar? =
      switch next.map({ UnicodeScalar($0) }) {
      case "\"": "\""
      case "\\": "\\"
      case "/": "/"
      case "b": "\u{8}"
      case "f": "\u{c}"
      case "n": "\n"
      case "r": "\r"
      case "t": "\t"
      default: nil
      }
    if let simple {
      position += 1
      return simple
    }
    guard take("u") else {
      fail("one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")
      return nil
    }
    guard let unit = codeUnit() else { return nil }
    if let scalar = Unicode.Scalar(unit) { return scalar }
    // A high surrogate is half a character; its other half must follow. Half alone becomes U+FFFD.
    let mark = position
    if unit < 0xdc00, take("\\"), take("u") {
      guard let low = codeUnit() else { return nil }
      if 0xdc00...0xdfff ~= low {
        return Unicode.Scalar(0x10000 + (unit & 0x3ff) << 10 + low & 0x3ff)
      }
    }
    position = mark
    return "\u{fffd}"
  }

  /// The number that four hexadecimal digits stand for.
  private mutating func codeUnit() -> UInt32? {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4,
      digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
      let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else {
      fail("four hexadecimal digits")
      return nil
    }
    position += 4
    return unit
  }
}
