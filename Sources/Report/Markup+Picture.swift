extension Markup {
  /// The whole file of a picture of that size.
  package static func pictureFile(width: Double, height: Double, _ children: [Markup]) -> String {
    #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"
      + Markup(
        .svg,
        [
          "xmlns": "http://www.w3.org/2000/svg", "width": .number(width),
          "height": .number(height), "viewBox": "0 0 \(tenth(width)) \(tenth(height))",
          "font-family": "Helvetica, Arial, sans-serif", "font-size": 11,
        ], children
      ).text
  }

  /// A text of a picture.
  package static func label(_ words: String, _ attributes: Attributes) -> Markup {
    Markup(.text, attributes, .words(words))
  }

  /// A straight line.
  package static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ looks: Attributes
  ) -> Markup {
    .element(
      .line,
      attributes(
        ["x1": .number(x1), "y1": .number(y1), "x2": .number(x2), "y2": .number(y2)], looks), [])
  }

  /// A line through some points.
  package static func polyline(_ points: [(x: Double, y: Double)], _ looks: Attributes) -> Markup {
    .element(
      .polyline, attributes(["points": .words(places(points)), "fill": "none"], looks), [])
  }

  /// The mark of a series' points: a circle, a square, a triangle and so on, so that colours need not tell them apart.
  package static func mark(_ series: Int, _ x: Double, _ y: Double, _ looks: Attributes) -> Markup {
    switch series % 3 {
    case 0:
      .element(
        .circle, attributes(["cx": .number(x), "cy": .number(y), "r": 3.6], looks), [])
    case 1:
      .element(
        .rect,
        attributes(
          ["x": .number(x - 3.2), "y": .number(y - 3.2), "width": 6.4, "height": 6.4], looks), [])
    default:
      .element(
        .polygon,
        attributes(
          ["points": .words(places([(x, y - 4.4), (x + 4, y + 3), (x - 4, y + 3)]))], looks), [])
    }
  }

  private static func places(_ points: [(x: Double, y: Double)]) -> String {
    points.map { "\(tenth($0.x)),\(tenth($0.y))" }.joined(separator: " ")
  }

  private static func attributes(_ some: Attributes, _ others: Attributes) -> [Attribute] {
    (Array(some) + Array(others)).map { Attribute(name: $0.key, value: $0.value.text) }
  }
}

/// A number to a tenth, as attributes write it; no picture is larger than a billion.
package func tenth(_ number: Double) -> String {
  guard number.isFinite else { return "0" }
  let tenths = Int((min(max(number, -1e9), 1e9) * 10).rounded())
  return tenths % 10 == 0 ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
}
