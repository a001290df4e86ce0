package import Engine

extension Burst {
  /// How it ran, in a few words: `20 steps, 18 s`.
  package var summary: String {
    let end = ending == .finished ? "" : " (\(ending.rawValue))"
    return counted(steps, "step") + end + ", " + duration(seconds)
  }

  /// What it blends: `0.7 @3 + 0.3 @7`; nil where it is no blend.
  package var blendText: String? {
    blend.map { parts in
      "blend "
        + parts.map { "\(fixed(Double($0.weight), places: 2)) @\($0.burst)" }
        .joined(separator: " + ")
    }
  }

  /// The loss that the step whose state was kept began with: the last one's, unless an earlier one was better.
  package var keptLoss: Double? {
    let step = max(1, keptStep ?? losses.count)
    return step <= losses.count ? losses[step - 1] : losses.last
  }

  /// The loss of the first step and of the kept one.
  package var lossText: String {
    guard let first = losses.first, let kept = keptLoss else { return "-" }
    return fixed(first, places: 3) + (steps > 1 ? " → " + fixed(kept, places: 3) : "")
  }

  /// Mean and 95th percentile of the drift: `0.031 (p95 0.12)`.
  package var driftText: String? {
    guard let drift else { return nil }
    return fixed(drift, places: 3) + (driftP95.map { " (p95 \(fixed($0, places: 3)))" } ?? "")
  }
}

extension JudgedReport {
  /// How pairs and judgements stand, in a few words: `won 3/4, margin 2.1`.
  package var standing: String { "won \(won)/\(count), margin \(fixed(margin, places: 2))" }
}
