import Engine
import Shell
import Workbench

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What `bench --scaling` prints: a table a dimension, a line as soon as it is measured, then the exponents.
struct ScalingReport {
  let json: Bool
  private let screen = makeScreen(on: STDERR_FILENO)
  private static let cell = 16

  /// Says which dimension begins.
  func begin(_ dimension: ScalingDimension) throws {
    guard !json else { return }
    screen.endProgress()
    try StandardOutput.line("\(dimension.rawValue): \(dimension.unit)")
    try row("", dimension.kinds.map(\.title))
  }

  /// One live line: which size is being measured, and how many are done.
  func progress(_ dimension: ScalingDimension, size: Int, done: Int, of total: Int) {
    screen.progress(
      Progress(step: done, total: total, unit: "\(dimension.rawValue) \(size), point"))
  }

  /// The costs of one size.
  func point(_ dimension: ScalingDimension, size: Int, costs: [Double]) throws {
    screen.endProgress()
    guard json else { return try row("\(size)", costs.map(spell)) }
    for (kind, cost) in zip(dimension.kinds, costs) {
      try StandardOutput.line(
        .object([
          "what": .string("scaling"), "against": .string(dimension.rawValue),
          "cost": .string(kind.rawValue), "size": .integer(size),
          "seconds": .rounded(cost, places: 6),
        ]))
    }
  }

  /// The fitted exponents of a dimension.
  func end(_ dimension: ScalingDimension, _ series: [ScalingSeries]) throws {
    screen.endProgress()
    guard json else {
      try row("exponent", series.map { $0.fit.map { fixed($0.exponent, places: 2) } ?? "-" })
      try row("expected", series.map { $0.expectation + ($0.exceeds ? " !" : "") })
      return try StandardOutput.line("")
    }
    for (kind, series) in zip(dimension.kinds, series) {
      guard let fit = series.fit else { continue }
      try StandardOutput.line(
        .object([
          "what": .string("exponent"), "against": .string(dimension.rawValue),
          "cost": .string(kind.rawValue), "exponent": .rounded(fit.exponent, places: 3),
          "expected_low": .rounded(series.expected.lowerBound, places: 0),
          "expected_high": .rounded(series.expected.upperBound, places: 0),
          "exceeds": .bool(series.exceeds),
        ]))
    }
  }

  private func row(_ head: String, _ cells: [String]) throws {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    try StandardOutput.line(
      right(head, 10) + cells.map { right($0, Self.cell) }.joined())
  }
}

/// Seconds with three digits and the unit that suits them.
func spell(_ seconds: Double) -> String {
  let (value, unit) =
    seconds < 1e-3
    ? (seconds * 1e6, "µs") : seconds < 1 ? (seconds * 1e3, "ms") : (seconds, "s")
  return fixed(value, places: value < 10 ? 2 : value < 100 ? 1 : 0) + " " + unit
}
