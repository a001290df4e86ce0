import Workbench

/// An axis between two places of a picture, with round ticks; it begins at zero.
struct LinearAxis {
  /// What stands at its ticks, ascending from zero.
  let ticks: [Double]
  private let step: Double
  private let most: Double
  private let low: Double
  private let high: Double

  /// An axis that shows zero to the largest of `values` between the places `low` and `high`, with about `count` steps
  /// from tick to tick; whole ones where `isWhole`.
  init(_ values: [Double], from low: Double, to high: Double, count: Double = 4, isWhole: Bool) {
    let largest = max(values.filter(\.isFinite).max() ?? 0, isWhole ? 1 : 1e-6)
    let step = Self.step(largest / count, least: isWhole ? 1 : 0)
    // The last value's own place is the end where steps are counted: a picture with an empty quarter says nothing.
    most = isWhole ? largest : step * (largest / step).rounded(.up)
    ticks = (0...Int((most / step).rounded(.down))).map { Double($0) * step }
    (self.step, self.low, self.high) = (step, low, high)
  }

  /// The first of 1, 2, 5, 10, 20 … times a power of ten that is at least `wanted`.
  private static func step(_ wanted: Double, least: Double) -> Double {
    let wanted = max(wanted, least)
    var power = 1.0
    while power * 10 <= wanted { power *= 10 }
    while power > wanted { power /= 10 }
    return [1, 2, 5, 10].map { $0 * power }.first { $0 >= wanted * (1 - 1e-9) } ?? wanted
  }

  /// Where `value` stands.
  func place(_ value: Double) -> Double { low + (high - low) * value / most }

  /// A tick's number, with as many digits as tell it from the next.
  func label(_ tick: Double) -> String {
    var places = 0
    var unit = 1.0
    while unit > step * (1 + 1e-9), places < 6 {
      unit /= 10
      places += 1
    }
    return fixed(tick, places: places)
  }
}
