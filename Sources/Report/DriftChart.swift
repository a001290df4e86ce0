import Engine
import Workbench

extension Story {
  /// How far bursts moved the model on neutral text, mean and 95th percentile; nil where none was measured.
  var driftChart: Markup? {
    let measured = session.bursts.enumerated().compactMap { index, burst in
      burst.measuredDrift.map { (x: Double(index + 1), burst: burst, drift: $0) }
    }
    guard let last = measured.last else { return nil }
    let hasP95 = measured.contains { $0.burst.driftP95 != nil }
    var chart = Chart(
      id: "drift", title: "Drift from the foundation, burst by burst",
      description: measured.suffix(Self.mostTold).map {
        "Burst \($0.burst.id): \($0.burst.driftText ?? "") nats."
      }.joined(separator: " "),
      series: [Chart.Series(name: "mean")]
        + (hasP95 ? [Chart.Series(name: "95th percentile", isDashed: true)] : []),
      xTitle: "bursts",
      most: (last.x, measured.map { max($0.drift.mean, $0.drift.p95) }.max() ?? 1),
      names: { $0 == 0 ? "foundation" : "\(session.bursts[$0 - 1].id)" })
    let told = Set(path.map(\.id))
    let onPath = measured.filter { told.contains($0.burst.id) }
    for (index, value) in [\Drift.mean, \Drift.p95].prefix(hasP95 ? 2 : 1).enumerated() {
      for point in measured where !told.contains(point.burst.id) {
        chart.draw([(point.x, point.drift[keyPath: value])], of: index, isFaint: true)
      }
      chart.draw([(0, 0)] + onPath.map { ($0.x, $0.drift[keyPath: value]) }, of: index)
    }
    return chart.markup
  }

  private static let mostTold = 12
}
