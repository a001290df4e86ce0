/// One SVG element, written out. The same element gives the same text.
struct SVG {
  private var text: String

  /// `<name attributes>children</name>`; numbers among the attributes are rounded to a tenth.
  init(_ name: String, _ attributes: KeyValuePairs<String, Value>, _ children: [SVG] = []) {
    let written = attributes.map { " \($0)=\"\($1.text)\"" }.joined()
    text =
      children.isEmpty
      ? "<\(name)\(written)/>\n"
      : "<\(name)\(written)>\n\(children.map(\.text).joined())</\(name)>\n"
  }

  /// `<text>` with `words` in it.
  init(words: String, _ attributes: KeyValuePairs<String, Value>) {
    let written = attributes.map { " \($0)=\"\($1.text)\"" }.joined()
    text = "<text\(written)>\(Value.escaped(words))</text>\n"
  }

  /// The whole file of a picture of that size.
  static func file(width: Double, height: Double, _ children: [SVG]) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    \(SVG(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "width": .number(width), "height": .number(height),
        "viewBox": .words("0 0 \(Value.number(width).text) \(Value.number(height).text)"),
        "font-family": "Helvetica, Arial, sans-serif", "font-size": 11,
      ], children).text)
    """
  }

  /// A number to a tenth, as attributes write it.
  static func tenth(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
  }

  /// An attribute's value.
  enum Value: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    case words(String)
    case number(Double)

    init(stringLiteral value: String) { self = .words(value) }
    init(floatLiteral value: Double) { self = .number(value) }
    init(integerLiteral value: Int) { self = .number(Double(value)) }

    fileprivate var text: String {
      switch self {
      case .words(let words): return Self.escaped(words)
      case .number(let number): return SVG.tenth(number)
      }
    }

    fileprivate static func escaped(_ words: String) -> String {
      var result = ""
      for character in words {
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        default: result.append(character)
        }
      }
      return result
    }
  }
}
