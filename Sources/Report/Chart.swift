import Workbench

/// A picture with two axes, drawn in the page's colours. Shapes and dashes say again what colours say.
struct Chart {
  /// A line of the legend, and the looks of its series.
  struct Series {
    var name: String
    /// Whether its points are joined by dashes.
    var isDashed = false
  }

  private let id: String
  private let title: String
  private let description: String
  private let series: [Series]
  private let x: LinearAxis
  private let y: LinearAxis
  private let xLabels: [(value: Double, text: String)]
  private let xTitle: String
  private var drawn: [Markup] = []

  // As wide as a phone's text, so that letters are as large as the page's there.
  private static let width = 400.0
  private static let height = 264.0
  private static let left = 46.0
  private static let right = 14.0
  private static let top = 34.0
  private static let bottom = 44.0

  /// A picture called `id` in the page, of values up to `most` on both axes. `names`: what stands at the whole numbers
  /// of the horizontal axis; nil is the numbers.
  init(
    id: String, title: String, description: String, series: [Series], xTitle: String,
    most: (x: Double, y: Double), names: ((Int) -> String)? = nil
  ) {
    (self.id, self.title, self.description) = (id, title, description)
    (self.series, self.xTitle) = (series, xTitle)
    let x = LinearAxis([most.x], from: Self.left, to: Self.width - Self.right, isWhole: true)
    (self.x, self.y) = (
      x, LinearAxis([most.y], from: Self.height - Self.bottom, to: Self.top, isWhole: false)
    )
    xLabels = x.ticks.map { ($0, names?(Int($0)) ?? x.label($0)) }
  }

  /// Draws points of a series, joined where `isJoined`; faint ones stand beside the story.
  mutating func draw(
    _ points: [(x: Double, y: Double)], of index: Int, isJoined: Bool = true, isFaint: Bool = false
  ) {
    let places = points.filter { $0.y.isFinite }
      .map { (x: x.place($0.x), y: y.place(max(0, $0.y))) }
    let looks = "s\(index)" + (isFaint ? " faint" : "")
    if isJoined, places.count > 1 {
      drawn.append(
        .polyline(
          places, ["class": .words("curve " + looks + (series[index].isDashed ? " dashed" : ""))]))
    }
    guard places.count <= Self.mostMarks else { return }
    drawn += places.map { .mark(index, $0.x, $0.y, ["class": .words("mark " + looks)]) }
  }

  /// Draws an upright line with a word at its top.
  mutating func divide(at value: Double, _ word: String) {
    let place = x.place(value)
    drawn.append(.line(place, Self.top, place, Self.height - Self.bottom, ["class": "divide"]))
    drawn.append(.label(word, ["x": .number(place + 3), "y": .number(Self.top + 11)]))
  }

  private static let mostMarks = 60

  /// The whole picture.
  var markup: Markup {
    Markup(
      .svg,
      [
        "viewBox": "0 0 \(tenth(Self.width)) \(tenth(Self.height))", "role": "img",
        "aria-labelledby": "\(id)-title \(id)-text",
        "xmlns": "http://www.w3.org/2000/svg",
      ],
      [
        Markup(.title, ["id": "\(id)-title"], .words(title)),
        Markup(.desc, ["id": "\(id)-text"], .words(description)),
      ] + grid + drawn + legend)
  }

  private var grid: [Markup] {
    let end = Self.width - Self.right
    let floor = Self.height - Self.bottom
    return y.ticks.flatMap { tick -> [Markup] in
      let place = y.place(tick)
      return [
        .line(Self.left, place, end, place, ["class": tick == 0 ? "axis" : "grid"]),
        .label(
          y.label(tick),
          ["x": .number(Self.left - 7), "y": .number(place + 4), "text-anchor": "end"]),
      ]
    }
      + xLabels.map {
        .label(
          $0.text,
          ["x": .number(x.place($0.value)), "y": .number(floor + 17), "text-anchor": "middle"])
      } + [
        .label(
          xTitle,
          [
            "x": .number((Self.left + end) / 2), "y": .number(Self.height - 7),
            "text-anchor": "middle",
          ])
      ]
  }

  private var legend: [Markup] {
    var place = Self.left
    return series.enumerated().flatMap { index, series -> [Markup] in
      defer { place += 48 + 7 * Double(series.name.count) }
      let dashes = series.isDashed ? " dashed" : ""
      return [
        .line(place, 12, place + 24, 12, ["class": .words("curve s\(index)" + dashes)]),
        .mark(index, place + 12, 12, ["class": "mark s\(index)"]),
        .label(series.name, ["x": .number(place + 30), "y": 16]),
      ]
    }
  }
}
