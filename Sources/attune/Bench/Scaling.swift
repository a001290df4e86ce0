/// What grows while cost is watched.
enum ScalingDimension: String, CaseIterable {
  case examples, context, rank, rows, threads

  /// What the sizes count.
  var unit: String {
    switch self {
    case .examples: "examples of 32 tokens, one a step"
    case .context: "tokens of context"
    case .rank: "rank, on all projections and layers"
    case .rows: "rows; in tuning, examples of 32 tokens"
    case .threads: "threads"
    }
  }

  /// What is measured at each size.
  var kinds: [ScalingKind] {
    switch self {
    case .examples: [.epoch, .step]
    case .context: [.tune, .prefill, .decode]
    case .rank, .rows, .threads: [.tune, .decode]
    }
  }

  /// The exponent that theory gives a cost, as a range; -1 is halving with every doubling.
  func expected(_ kind: ScalingKind) -> ClosedRange<Double> {
    switch (self, kind) {
    // An epoch is linear, and a step must not notice how many examples wait.
    case (.examples, .epoch): 1...1
    case (.examples, _): 0...0
    // Linear, and attention's share grows with the square.
    case (.context, .tune), (.context, .prefill): 1...2
    // Weights are read once whatever the context; keys and values are linear.
    case (.context, _): 0...1
    // The adapter's part is linear, the model's part does not notice.
    case (.rank, _): 0...1
    case (.rows, .decode): 0...1
    case (.rows, _): 1...1
    // Threads share arithmetic; memory may be full before all have work.
    case (.threads, .decode): -1...0
    case (.threads, _): -1 ... -1
    }
  }

  /// The sizes, smallest first.
  func sizes(quick: Bool, context: Int, threads: Int) -> [Int] {
    switch self {
    case .examples: quick ? [1, 10, 100] : [1, 10, 100, 1000, 10_000]
    case .context: (quick ? [16, 32, 48] : [128, 512, 2048, 8192]).filter { $0 <= context }
    case .rank: quick ? [1, 4] : [1, 4, 16, 64, 256]
    case .rows: quick ? [1, 2, 4] : [1, 2, 4, 8, 16, 32, 64]
    case .threads:
      sequence(first: 1) { $0 * 2 }.prefix { $0 < threads } + [threads]
    }
  }
}

/// A cost that is watched, in seconds.
enum ScalingKind: String {
  /// One pass over all examples.
  case epoch
  /// One tuning step of a set that grows around it.
  case step
  /// One tuning step.
  case tune
  case prefill
  /// One decoded token of every row.
  case decode

  var title: String {
    switch self {
    case .epoch: "tune: epoch"
    case .step: "tune: step"
    case .tune: "tune: step"
    case .prefill: "prefill"
    case .decode: "decode: token"
    }
  }
}

/// One cost against one dimension.
package struct ScalingSeries {
  package var name: String
  package var expected: ClosedRange<Double>
  package var points: [(size: Int, seconds: Double)] = []

  package init(
    name: String, expected: ClosedRange<Double>, points: [(size: Int, seconds: Double)] = []
  ) {
    self.name = name
    self.expected = expected
    self.points = points
  }

  /// The line through the points; nil of fewer than two.
  package var fit: PowerFit? { PowerFit(points.map { (Double($0.size), $0.seconds) }) }

  /// The expected exponent in words.
  package var expectation: String {
    func number(_ value: Double) -> String { "\(Int(value))" }
    if expected == 1...1 { return "1, linear" }
    if expected == 0...0 { return "0, constant" }
    if expected.lowerBound == expected.upperBound { return number(expected.lowerBound) }
    return "\(number(expected.lowerBound)) to \(number(expected.upperBound))"
  }

  /// Whether cost grows faster than expected. A fit over few noisy points is not exact: 0.15 is let pass.
  package var exceeds: Bool { fit.map { $0.exponent > expected.upperBound + 0.15 } ?? false }
}
