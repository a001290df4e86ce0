#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A logarithmic axis between two places of a picture.
struct LogAxis {
  /// The least value it shows.
  let least: Double
  private let most: Double
  /// Where the least value stands, and the most.
  let low: Double
  let high: Double

  /// An axis that shows all `values` (above zero) between the places `from` and `to`; at least a factor of four, so
  /// that noise about a constant does not fill the picture.
  init(_ values: [Double], from low: Double, to high: Double) {
    let positive = values.filter { $0 > 0 && $0.isFinite }
    var least = positive.min() ?? 1
    var most = positive.max() ?? 1
    let missing = 4 / (most / least)
    if missing > 1 {
      least /= missing.squareRoot()
      most *= missing.squareRoot()
    }
    (self.least, self.most, self.low, self.high) = (least, most, low, high)
  }

  /// Where `value` stands.
  func place(_ value: Double) -> Double {
    low + (high - low) * log(value / least) / log(most / least)
  }

  /// The powers of ten that it shows, with twos and fives where those would be fewer than three.
  var ticks: [Double] {
    let exponents = Int(floor(log10(least)))...Int(ceil(log10(most)))
    func within(_ steps: [Double]) -> [Double] {
      exponents.flatMap { exponent in steps.map { $0 * pow(10, Double(exponent)) } }
        .filter { $0 >= least * 0.999 && $0 <= most * 1.001 }
    }
    let decades = within([1])
    return decades.count >= 3 ? decades : within([1, 2, 5])
  }
}
