/// What a Jinja template writes, in the order it stands there, without its conditions and loops.
///
/// Enough to tell how a family's turns are laid out and which texts it adds; not an interpreter.
struct TemplateSketch {
  /// One thing written: fixed text, or the value of an expression.
  enum Part: Equatable {
    case text(String)
    /// The expression's source without spaces.
    case expression(String)
  }

  /// Everything written, each literal on its own.
  private(set) var parts: [Part] = []
  /// Names that are set to a literal, with that text.
  private(set) var constants: [String: String] = [:]

  /// Everything written, neighbouring texts joined.
  var flow: [Part] {
    var flow: [Part] = []
    for part in parts {
      if case .text(let text) = part, case .text(let before)? = flow.last {
        flow[flow.count - 1] = .text(before + text)
      } else {
        flow.append(part)
      }
    }
    return flow
  }

  /// Reads `source` as chat templates are: with Jinja's `trim_blocks` and `lstrip_blocks`.
  init(_ source: String) {
    let bytes = Array(source.utf8)
    var index = 0
    var trim = Trim.none
    while index < bytes.count {
      let open = Self.nextTag(bytes, index)
      var text = bytes[index..<open]
      Self.trimStart(&text, trim)
      guard open < bytes.count else {
        append(text)
        return
      }
      let kind = bytes[open + 1]
      let close = Self.end(of: bytes, from: open + 2, kind)
      var body = bytes[(open + 2)..<close]
      if body.first == UInt8(ascii: "-") {
        body.removeFirst()
        text = text.dropLast(while: Self.isSpace)
      } else if kind != UInt8(ascii: "{") {
        let line = text.dropLast { byte in byte == 0x20 || byte == 0x09 }
        if line.isEmpty || line.last == 0x0A { text = line }
      }
      append(text)
      trim = kind == UInt8(ascii: "{") ? .none : .line
      if body.last == UInt8(ascii: "-") {
        body.removeLast()
        trim = .all
      }
      switch kind {
      case UInt8(ascii: "{"): appendExpression(body)
      case UInt8(ascii: "%"): noteConstant(body)
      default: break
      }
      index = min(close + 2, bytes.count)
    }
  }

  // MARK: Text between tags

  /// What is left out after a tag.
  private enum Trim { case none, line, all }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private static func trimStart(_ text: inout ArraySlice<UInt8>, _ trim: Trim) {
    switch trim {
    case .none: break
    case .line: if text.first == 0x0A { text.removeFirst() }
    case .all: text = text.drop(while: isSpace)
    }
  }

  private mutating func append(_ text: ArraySlice<UInt8>) {
    if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
  }

  /// Where the next `{{`, `{%` or `{#` is, or the end.
  private static func nextTag(_ bytes: [UInt8], _ start: Int) -> Int {
    let kinds = Array("{%#".utf8)
    return (start..<bytes.count).first { index in
      bytes[index] == UInt8(ascii: "{") && index + 1 < bytes.count
        && kinds.contains(bytes[index + 1])
    } ?? bytes.count
  }

  /// Where the tag's `}}`, `%}` or `#}` is, or the end; literals may hold those too.
  private static func end(of bytes: [UInt8], from start: Int, _ kind: UInt8) -> Int {
    let last = kind == UInt8(ascii: "{") ? UInt8(ascii: "}") : kind
    var quote: UInt8?
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      if let open = quote {
        if byte == UInt8(ascii: "\\") { index += 1 } else if byte == open { quote = nil }
      } else if byte == last, index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "}") {
        return index
      } else if kind != UInt8(ascii: "#"), Self.isQuote(byte) {
        quote = byte
      }
      index += 1
    }
    return bytes.count
  }

  // MARK: Inside tags

  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"")
  }

  /// Splits a sum into its literals and the rest.
  private mutating func appendExpression(_ body: ArraySlice<UInt8>) {
    var expression: [UInt8] = []
    var depth = 0
    func flush() {
      guard !expression.isEmpty else { return }
      parts.append(.expression(String(decoding: expression, as: UTF8.self)))
      expression.removeAll()
    }
    var index = body.startIndex
    while index < body.endIndex {
      let byte = body[index]
      if Self.isQuote(byte) {
        let (literal, end) = Self.literal(body, index)
        if depth == 0, expression.isEmpty {
          append(literal[...])
        } else {
          expression.append(contentsOf: body[index..<end])
        }
        index = end
        continue
      }
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
      if depth == 0, byte == UInt8(ascii: "+") || byte == UInt8(ascii: "~") {
        flush()
      } else if !Self.isSpace(byte) {
        expression.append(byte)
      }
      index += 1
    }
    flush()
  }

  /// The text of the literal that opens at `start`, and where it has ended.
  private static func literal(_ body: ArraySlice<UInt8>, _ start: Int) -> ([UInt8], end: Int) {
    var text: [UInt8] = []
    var index = start + 1
    while index < body.endIndex, body[index] != body[start] {
      if body[index] == UInt8(ascii: "\\"), index + 1 < body.endIndex {
        index += 1
        switch body[index] {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): text.append(body[index])
        default: text.append(contentsOf: body[(index - 1)...index])
        }
      } else {
        text.append(body[index])
      }
      index += 1
    }
    return (text, min(index + 1, body.endIndex))
  }

  /// Remembers `set NAME = 'text'`.
  private mutating func noteConstant(_ body: ArraySlice<UInt8>) {
    guard let equals = body.firstIndex(of: UInt8(ascii: "=")) else { return }
    let words = body[..<equals].split(whereSeparator: Self.isSpace)
    let value = body[(equals + 1)...].drop(while: Self.isSpace)
    guard words.count == 2, words[0].elementsEqual("set".utf8), let first = value.first,
      Self.isQuote(first)
    else { return }
    let (literal, end) = Self.literal(value, value.startIndex)
    guard value[end...].allSatisfy(Self.isSpace) else { return }
    constants[String(decoding: words[1], as: UTF8.self)] = String(decoding: literal, as: UTF8.self)
  }
}

extension ArraySlice<UInt8> {
  /// The slice without the bytes at its end that satisfy `matches`.
  fileprivate func dropLast(while matches: (UInt8) -> Bool) -> Self {
    var end = endIndex
    while end > startIndex, matches(self[end - 1]) { end -= 1 }
    return self[startIndex..<end]
  }
}
