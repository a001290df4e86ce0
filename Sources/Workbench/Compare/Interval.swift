import Engine

/// A mean and the interval that the means of resamples fall into, 95 times out of 100.
public struct Interval: Sendable, Equatable, Encodable {
  /// The values' mean.
  public let mean: Double
  /// The lower end.
  public let low: Double
  /// The upper end.
  public let high: Double
  /// How many values there are.
  public let count: Int

  /// How many resamples are drawn: with 999, the ends are the 25th mean from either side.
  private static let resamples = 999
  private static let tail = 25

  /// The percentile bootstrap (Efron 1979) of `values`, drawn by `seed`; nil without values.
  public init?(_ values: [Double], seed: UInt64) {
    guard !values.isEmpty else { return nil }
    count = values.count
    mean = values.reduce(0, +) / Double(values.count)
    var random = SplitMix(seed: seed)
    let means = (0..<Self.resamples).map { _ in
      let sum = values.indices.reduce(0.0) { sum, _ in sum + values[random.below(values.count)] }
      return sum / Double(values.count)
    }.sorted()
    low = means[Self.tail - 1]
    high = means[Self.resamples - Self.tail]
  }
}
