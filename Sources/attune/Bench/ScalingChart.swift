import Report
import Workbench

/// Costs against sizes as a picture: a panel a dimension, both axes logarithmic, so that a straight line is a power.
package struct ScalingChart {
  /// The costs of one dimension.
  package struct Panel {
    var title: String
    var unit: String
    var series: [ScalingSeries]

    package init(title: String, unit: String, series: [ScalingSeries]) {
      self.title = title
      self.unit = unit
      self.series = series
    }
  }

  private let panels: [Panel]

  /// A picture of some panels, two beside each other.
  package init(panels: [Panel]) { self.panels = panels }

  private static let panelWidth = 440.0
  private static let panelHeight = 330.0
  private static let margin = 12.0
  private static let top = 46.0

  /// The file's text; the same panels give the same text.
  package var svg: String {
    let rows = Double(max(1, (panels.count + 1) / 2))
    let width = 2 * Self.panelWidth + 3 * Self.margin
    let height = Self.top + rows * (Self.panelHeight + Self.margin)
    var elements = [
      Markup(.rect, ["width": .number(width), "height": .number(height), "fill": "#ffffff"]),
      .label(
        "Cost as work grows: seconds against size, both logarithmic",
        ["x": .number(Self.margin), "y": 22, "font-size": 16, "font-weight": "bold"]),
      .label(
        "Dashed grey lines are linear. Exponents are fitted by least squares through the logarithms.",
        ["x": .number(Self.margin), "y": 39, "fill": "#555555"]),
    ]
    for (index, panel) in panels.enumerated() {
      let x = Self.margin + Double(index % 2) * (Self.panelWidth + Self.margin)
      let y = Self.top + Double(index / 2) * (Self.panelHeight + Self.margin)
      elements.append(
        Markup(
          .g, ["transform": .words("translate(\(Int(x)) \(Int(y)))")],
          ScalingPanel(
            panel, width: Self.panelWidth, height: Self.panelHeight, name: "plot\(index)"
          ).elements))
    }
    return Markup.pictureFile(width: width, height: height, elements)
  }
}

/// One panel: frame, axes, legend, lines.
private struct ScalingPanel {
  private let panel: ScalingChart.Panel
  private let x: LogAxis
  private let y: LogAxis
  private let width: Double
  private let height: Double
  /// The clip path's id.
  private let name: String

  /// Okabe and Ito's colours, told apart by people of every colour vision; shapes say it again.
  private static let colours = ["#0072b2", "#d55e00", "#009e73"]
  private static let left = 62.0
  private static let right = 14.0
  private static let bottom = 44.0
  private static let lineHeight = 15.0

  init(_ panel: ScalingChart.Panel, width: Double, height: Double, name: String) {
    self.panel = panel
    self.width = width
    self.height = height
    self.name = name
    let points = panel.series.flatMap(\.points)
    let top = 30 + Self.lineHeight * Double(panel.series.count) + 6
    x = LogAxis(
      points.map { Double($0.size) }, from: Self.left + 12, to: width - Self.right - 12)
    y = LogAxis(points.map(\.seconds), from: height - Self.bottom - 10, to: top + 10)
  }

  private var plotTop: Double { y.high - 10 }
  private var plotBottom: Double { height - Self.bottom }
  private var plotWidth: Double { width - Self.left - Self.right }

  var elements: [Markup] {
    [
      Markup(
        .rect,
        [
          "width": .number(width), "height": .number(height), "fill": "#fafafa",
          "stroke": "#dddddd",
        ]),
      .label(panel.title, ["x": 12, "y": 20, "font-size": 14, "font-weight": "bold"]),
      Markup(
        .clipPath, ["id": .words(name)],
        [
          Markup(
            .rect,
            [
              "x": .number(Self.left), "y": .number(plotTop), "width": .number(plotWidth),
              "height": .number(plotBottom - plotTop),
            ])
        ]),
    ] + legend + grid + lines
  }

  private var legend: [Markup] {
    panel.series.enumerated().flatMap { index, series in
      let y = 36 + Self.lineHeight * Double(index)
      let exponent = series.fit.map { ", exponent \(fixed($0.exponent, places: 2))" } ?? ""
      return [
        mark(index, 20, y - 4),
        .label(
          "\(series.name)\(exponent) (expected \(series.expectation))",
          ["x": 32, "y": .number(y)]),
      ]
    }
  }

  private var grid: [Markup] {
    var elements = [
      Markup(
        .rect,
        [
          "x": .number(Self.left), "y": .number(plotTop), "width": .number(plotWidth),
          "height": .number(plotBottom - plotTop), "fill": "#ffffff", "stroke": "#888888",
        ])
    ]
    for tick in y.ticks {
      let place = y.place(tick)
      elements += [
        .line(Self.left, place, Self.left + plotWidth, place, ["stroke": "#e4e4e4"]),
        .label(
          secondsLabel(tick),
          ["x": .number(Self.left - 6), "y": .number(place + 4), "text-anchor": "end"]),
      ]
    }
    // The sizes that were measured are the ticks; where they crowd, every other one has its number.
    let sizes = Set(panel.series.flatMap { $0.points.map(\.size) }).sorted()
    for (index, size) in sizes.enumerated() {
      let place = x.place(Double(size))
      elements.append(.line(place, plotTop, place, plotBottom, ["stroke": "#eeeeee"]))
      if sizes.count <= 8 || index % 2 == 0 {
        elements.append(
          .label(
            "\(size)",
            ["x": .number(place), "y": .number(plotBottom + 15), "text-anchor": "middle"]))
      }
    }
    elements.append(
      .label(
        panel.unit,
        [
          "x": .number(Self.left + plotWidth / 2), "y": .number(height - 10),
          "text-anchor": "middle", "fill": "#555555",
        ]))
    return elements
  }

  private var lines: [Markup] {
    var elements: [Markup] = []
    if let guide { elements.append(guide) }
    for (index, series) in panel.series.enumerated() {
      let places = series.points.map { (x: x.place(Double($0.size)), y: y.place($0.seconds)) }
      elements.append(
        .polyline(places, ["stroke-width": 1.8, "stroke": .words(colour(index))]))
      elements += places.map { mark(index, $0.x, $0.y) }
    }
    return elements
  }

  /// A line of exponent 1, or -1 where more makes it cheaper, through the first series' last point.
  private var guide: Markup? {
    guard let first = panel.series.first, let last = first.points.last else { return nil }
    let slope = first.expected.upperBound < 0 ? -1.0 : 1.0
    let atLeast = x.least
    let start = last.seconds * power(atLeast / Double(last.size), slope)
    return .line(
      x.place(atLeast), y.place(start), x.place(Double(last.size)), y.place(last.seconds),
      [
        "stroke": "#999999", "stroke-dasharray": "4 4", "clip-path": .words("url(#\(name))"),
      ])
  }

  private func power(_ base: Double, _ sign: Double) -> Double { sign < 0 ? 1 / base : base }

  private func colour(_ index: Int) -> String { Self.colours[index % Self.colours.count] }

  private func mark(_ index: Int, _ x: Double, _ y: Double) -> Markup {
    .mark(index, x, y, ["fill": .words(colour(index))])
  }

  /// A tick's seconds, a power of ten: 10 ms, 1 s.
  private func secondsLabel(_ seconds: Double) -> String {
    if seconds < 0.9e-3 { return fixed(seconds * 1e6, places: 0) + " µs" }
    if seconds < 0.9 { return fixed(seconds * 1e3, places: 0) + " ms" }
    return fixed(seconds, places: 0) + " s"
  }
}
