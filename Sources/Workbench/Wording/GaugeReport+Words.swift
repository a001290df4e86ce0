extension GaugeReport.Row {
  /// A mean and its interval: `12.4 [11.0, 13.9]`.
  package func shown(_ interval: Interval?) -> String {
    guard let interval else { return "-" }
    return "\(number(interval.mean)) [\(number(interval.low)), \(number(interval.high))]"
  }

  /// A value of the gauge.
  package func number(_ value: Double) -> String {
    fixed(value, places: [.typeTokenRatio, .copyRate].contains(gauge) ? 2 : 1)
  }

  /// ▲ or ▼ where the change is away from zero.
  package var mark: String? {
    guard let change, change.count > 1 else { return nil }
    return change.low > 0 ? "▲" : change.high < 0 ? "▼" : nil
  }
}
