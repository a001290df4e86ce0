#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How a cost grows: cost ≈ factor · size^exponent, the straight line of least squares through (log size, log cost).
package struct PowerFit: Equatable {
  package var exponent: Double
  package var factor: Double

  /// nil where fewer than two sizes differ, or a number is not above zero.
  package init?(_ points: [(size: Double, cost: Double)]) {
    guard points.allSatisfy({ $0.size > 0 && $0.cost > 0 && $0.cost.isFinite }) else { return nil }
    let xs = points.map { log($0.size) }
    let ys = points.map { log($0.cost) }
    let count = Double(points.count)
    let meanX = xs.reduce(0, +) / count
    let meanY = ys.reduce(0, +) / count
    let spread = xs.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    guard points.count > 1, spread > 1e-12 else { return nil }
    let shared = zip(xs, ys).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    exponent = shared / spread
    factor = exp(meanY - exponent * meanX)
  }

  /// The cost that the line gives at `size`.
  package func cost(at size: Double) -> Double { factor * pow(size, exponent) }
}
