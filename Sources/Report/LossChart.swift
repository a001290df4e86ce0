import Workbench

extension Story {
  /// The loss of each step of every burst, those that others went on from before them; nil where none did a step.
  var lossChart: Markup? {
    let tuned = session.bursts.filter { !$0.losses.isEmpty }
    guard !tuned.isEmpty else { return nil }
    // Where each burst's steps begin, counted from the foundation.
    var starts: [Int: Int] = [:]
    for burst in session.bursts {
      let parent = burst.parent.flatMap { session.burst($0) }
      starts[burst.id] = parent.map { (starts[$0.id] ?? 0) + ($0.keptStep ?? $0.steps) } ?? 0
    }
    let curves = tuned.map { burst -> Curve in
      let start = Double(starts[burst.id] ?? 0)
      let held = burst.held.map { held in
        zip(held.steps, held.losses).filter { 0...burst.steps ~= $0.0 }
          .map { (x: start + Double($0.0), y: $0.1) }
      }
      return Curve(
        burst: burst, start: start, steps: Self.thinned(burst.losses, from: start),
        held: held ?? [])
    }
    let points = curves.flatMap { $0.steps + $0.held }
    let hasHeld = curves.contains { !$0.held.isEmpty }
    var chart = Chart(
      id: "loss", title: "Loss, step by step", description: lossText(tuned),
      series: [Chart.Series(name: "training loss")]
        + (hasHeld ? [Chart.Series(name: "held-out loss", isDashed: true)] : []),
      xTitle: "steps", most: (points.map(\.x).max() ?? 1, points.map(\.y).max() ?? 1))
    let told = Set(path.map(\.id))
    for isFaint in [true, false] {
      for curve in curves where told.contains(curve.burst.id) != isFaint {
        chart.draw(curve.steps, of: 0, isFaint: isFaint)
        if !curve.held.isEmpty { chart.draw(curve.held, of: 1, isFaint: isFaint) }
      }
    }
    if (2...Self.mostDivided).contains(path.count) {
      for curve in curves where told.contains(curve.burst.id) && curve.start > 0 {
        chart.divide(at: curve.start, "\(curve.burst.id)")
      }
    }
    return chart.markup
  }

  private struct Curve {
    var burst: Burst
    var start: Double
    var steps: [(x: Double, y: Double)]
    var held: [(x: Double, y: Double)]
  }

  /// More bursts than these crowd their numbers.
  private static let mostDivided = 12
  private static let mostPoints = 240

  /// One point a step from `start` on; of a long burst, means of neighbours.
  private static func thinned(_ losses: [Double], from start: Double) -> [(x: Double, y: Double)] {
    let count = min(mostPoints, losses.count)
    return (0..<count).compactMap { point in
      let range = point * losses.count / count..<(point + 1) * losses.count / count
      let finite = losses[range].filter { $0.isFinite && $0 < 1e9 }
      guard !finite.isEmpty else { return nil }
      return (start + Double(range.upperBound), finite.reduce(0, +) / Double(finite.count))
    }
  }

  private func lossText(_ tuned: [Burst]) -> String {
    tuned.prefix(Self.mostDivided).map { burst in
      let held = burst.held?.loss(after: 0).flatMap { before in
        burst.heldLoss.map {
          ", held-out loss \(fixed(before, places: 3)) → \(fixed($0, places: 3))"
        }
      }
      return "Burst \(burst.id): loss \(burst.lossText) in \(counted(burst.steps, "step"))"
        + (held ?? "") + "."
    }.joined(separator: " ")
  }
}
