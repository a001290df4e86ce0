import Workbench

/// HTML or SVG as a tree. The same tree gives the same text.
///
/// Texts and attributes are made harmless and escaped where they are written, so that nothing a model or a file says can
/// become markup. What is written is well-formed XML, which a reader of HTML takes too.
package indirect enum Markup: Sendable {
  case words(String)
  case element(Tag, [Attribute], [Markup])
  /// Several, one after the other.
  case group([Markup])
  /// What a style sheet says, which no one but the program writes.
  case styles(String)

  /// One attribute.
  package struct Attribute: Sendable {
    let name: String
    let value: String
  }

  /// The elements there are.
  package enum Tag: String, Sendable {
    case html, head, meta, title, style, body, main, header, footer, section, article, div
    case h1, h2, h3, h4, p, ol, ul, li, dl, dt, dd, figure, figcaption
    case table, caption, thead, tbody, tr, th, td
    case span, strong, code, ins, del, time, bdi
    case svg, desc, g, rect, circle, line, polyline, polygon, text, clipPath

    fileprivate var isInline: Bool {
      [.span, .strong, .code, .ins, .del, .time, .bdi].contains(self)
    }

    fileprivate var isEmpty: Bool {
      [.meta, .rect, .circle, .line, .polyline, .polygon].contains(self)
    }
  }

  /// An element with some children.
  package init(_ tag: Tag, _ attributes: Attributes, _ children: [Markup]) {
    self = .element(tag, attributes.map { Attribute(name: $0, value: $1.text) }, children)
  }

  /// An element with its children one by one.
  package init(_ tag: Tag, _ attributes: Attributes, _ children: Markup...) {
    self.init(tag, attributes, children)
  }

  /// An element without attributes.
  package init(_ tag: Tag, _ children: [Markup]) { self.init(tag, [:], children) }

  /// An element without attributes, with its children one by one.
  package init(_ tag: Tag, _ children: Markup...) { self.init(tag, [:], children) }

  /// Attributes by their names; numbers are rounded to a tenth.
  package typealias Attributes = KeyValuePairs<String, Value>

  /// An attribute's value.
  package enum Value: ExpressibleByStringInterpolation, ExpressibleByFloatLiteral,
    ExpressibleByIntegerLiteral
  {
    case words(String)
    case number(Double)

    package init(stringLiteral value: String) { self = .words(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(integerLiteral value: Int) { self = .number(Double(value)) }

    var text: String {
      switch self {
      case .words(let words): words
      case .number(let number): tenth(number)
      }
    }
  }
}

extension Markup: ExpressibleByStringInterpolation {
  /// A text.
  package init(stringLiteral value: String) { self = .words(value) }
}

extension Markup {
  /// The whole page of HTML with this as its root.
  package var page: String { "<!DOCTYPE html>\n" + text }

  /// What it is written as.
  package var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .words(let words): text += Self.escaped(sanitised(words))
    case .group(let parts): for part in parts { part.write(to: &text) }
    case .styles(let styles):
      // HTML takes the text of a style element as it stands, XML does not: neither sees these.
      precondition(!styles.contains { "<&".contains($0) }, "a style sheet with < or &")
      text += styles
    case .element(let tag, let attributes, let children):
      text += "<" + tag.rawValue
      for attribute in attributes {
        text += " \(attribute.name)=\"\(Self.escaped(sanitisedLine(attribute.value)))\""
      }
      if tag.isEmpty {
        text += "/>"
      } else {
        text += ">"
        if children.first?.isBlock == true { text += "\n" }
        for child in children { child.write(to: &text) }
        text += "</\(tag.rawValue)>"
      }
      if !tag.isInline { text += "\n" }
    }
  }

  private var isBlock: Bool {
    switch self {
    case .words, .styles: false
    case .group(let parts): parts.first?.isBlock ?? false
    case .element(let tag, _, _): !tag.isInline
    }
  }

  private static func escaped(_ words: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in words.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      // Neither HTML nor XML may hold these.
      case _ where scalar.properties.isNoncharacterCodePoint: result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
