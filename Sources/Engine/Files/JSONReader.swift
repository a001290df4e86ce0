/// Reads JSON strictly (RFC 8259) and says at which byte it stops being so.
package struct JSONReader {
  /// What is wrong with a text, and where.
  package struct Fault: Error, Equatable {
    package var offset: Int
    package var expected: String
    package var found: String
  }

  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  // Far deeper than any file of the field; a hostile one must not exhaust the stack.
  private static let greatestDepth = 64

  private init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// The one value that `bytes` hold. Throws where they are not UTF-8 or not JSON.
  package static func read(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> JSONValue {
    var reader = JSONReader(bytes)
    // Some editors put a byte order mark before UTF-8.
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { reader.position = 3 }
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.position == bytes.count else { throw reader.fault("the end of the text") }
    return value
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func fault(_ expected: String) -> Fault {
    let found =
      switch next {
      case nil: "the end"
      case let byte? where byte > 0x20 && byte < 0x7f: "'\(Character(UnicodeScalar(byte)))'"
      case let byte?: "byte \(byte)"
      }
    return Fault(offset: position, expected: expected, found: found)
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
      position += 1
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(Fault) -> JSONValue {
    skipSpace()
    guard depth < Self.greatestDepth else { throw fault("less than \(depth) levels") }
    switch next {
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    case UInt8(ascii: "["): return .array(try array(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(Fault) -> JSONValue {
    guard bytes[position...].starts(with: word.utf8) else { throw fault(word) }
    position += word.utf8.count
    return value
  }

  private mutating func object(depth: Int) throws(Fault) -> JSONObject {
    var object = JSONObject()
    position += 1
    if take("}") { return object }
    repeat {
      skipSpace()
      let start = position
      guard next == UInt8(ascii: "\"") else { throw fault("a key in quotes") }
      let key = try string()
      guard take(":") else { throw fault("':'") }
      guard object.append(key, try value(depth: depth + 1)) else {
        throw Fault(offset: start, expected: "each key once", found: "\(quoted(key)) twice")
      }
    } while take(",")
    guard take("}") else { throw fault("',' or '}'") }
    return object
  }

  private mutating func array(depth: Int) throws(Fault) -> [JSONValue] {
    var values: [JSONValue] = []
    position += 1
    if take("]") { return values }
    repeat { values.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw fault("',' or ']'") }
    return values
  }

  private mutating func number() throws(Fault) -> String {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    let whole = digits()
    // RFC 8259 forbids a leading zero, which other readers take for octal.
    guard whole > 0, whole == 1 || bytes[position - whole] != UInt8(ascii: "0") else {
      position = start
      throw fault("a value")
    }
    if next == UInt8(ascii: ".") {
      position += 1
      guard digits() > 0 else { throw fault("a digit") }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      guard digits() > 0 else { throw fault("a digit") }
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    return position - start
  }

  private mutating func string() throws(Fault) -> String {
    position += 1
    var text: [UInt8] = []
    let start = position
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw Fault(offset: start, expected: "text in UTF-8", found: "other bytes")
        }
        return string
      case UInt8(ascii: "\\"):
        position += 1
        text.append(contentsOf: String(try escape()).utf8)
      case 0..<0x20: throw fault("an escaped control character")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw fault("a closing quote")
  }

  private mutating func escape() throws(Fault) -> Unicode.Scalar {
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
    guard next == UInt8(ascii: "u") else { throw fault("an escape JSON knows") }
    let unit = try codeUnit()
    guard unit & 0xfc00 == 0xd800 else { return Unicode.Scalar(unit) ?? "\u{fffd}" }
    // A high surrogate is half a character; its other half must follow. Half alone becomes U+FFFD.
    let mark = position
    guard next == UInt8(ascii: "\\"), position + 1 < bytes.count,
      bytes[position + 1] == UInt8(ascii: "u")
    else { return "\u{fffd}" }
    position += 1
    let low = try codeUnit()
    guard low & 0xfc00 == 0xdc00 else {
      position = mark
      return "\u{fffd}"
    }
    return Unicode.Scalar(0x10000 + (unit & 0x3ff) << 10 + low & 0x3ff) ?? "\u{fffd}"
  }

  /// The number in `uXXXX`, with the cursor on the `u`.
  private mutating func codeUnit() throws(Fault) -> UInt32 {
    position += 1
    guard position + 4 <= bytes.count,
      bytes[position..<position + 4].allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
      let unit = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw fault("four hexadecimal digits") }
    position += 4
    return unit
  }
}

extension JSONReader {
  /// The object that the file at `path` holds; `place` says which line is wrong where one is.
  static func object(path: String) throws(ModelFileError) -> JSONObject {
    let file: MappedFile
    do { file = try MappedFile(path: path) } catch { throw .file(error) }
    return try object(file.bytes, path: path)
  }

  /// The object that `bytes` of the file at `path` hold.
  static func object(
    _ bytes: UnsafeRawBufferPointer, path: String
  ) throws(ModelFileError) -> JSONObject {
    do throws(Fault) {
      guard let object = try read(bytes).object else {
        throw Fault(offset: 0, expected: "a JSON object", found: "another value")
      }
      return object
    } catch {
      let line = bytes[..<error.offset].count { $0 == 0x0a } + 1
      throw .malformed(
        path: path, place: .line(line), expected: error.expected, found: error.found)
    }
  }
}
