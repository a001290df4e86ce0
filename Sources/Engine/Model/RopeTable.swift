#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Cosines and sines of the rotary angles by position and pair: (positions, headWidth / 2) each.
///
/// Source: Su et al. 2021 (RoFormer); Llama 3.1's scaling after its reference code. Angles are products in fp32, as in
/// the implementations that models were trained with.
final class RopeTable {
  let cosine: Matrix
  let sine: Matrix
  private let frequencies: [Float]
  private var filled = 0

  init(_ configuration: Configuration) {
    let half = configuration.headWidth / 2
    frequencies = (0..<half).map { pair in
      let exponent = Double(2 * pair) / Double(configuration.headWidth)
      let plain = Float(1 / pow(Double(configuration.ropeBase), exponent))
      return Self.scaled(plain, configuration.ropeScaling)
    }
    cosine = Matrix(rows: configuration.contextLength, columns: half)
    sine = Matrix(rows: configuration.contextLength, columns: half)
  }

  /// Makes sure that positions below `count` are there.
  func fill(to count: Int) {
    precondition(count <= cosine.rows, "position \(count) of \(cosine.rows)")
    while filled < count {
      for (pair, frequency) in frequencies.enumerated() {
        let angle = Double(Float(filled) * frequency)
        cosine[filled, pair] = Float(cos(angle))
        sine[filled, pair] = Float(sin(angle))
      }
      filled += 1
    }
  }

  private static func scaled(_ frequency: Float, _ scaling: Configuration.RopeScaling) -> Float {
    switch scaling {
    case .none: return frequency
    case .linear(let factor): return frequency / factor
    case .llama3(let factor, let low, let high, let original):
      let wavelength = 2 * Float.pi / frequency
      if wavelength < original / high { return frequency }
      if wavelength > original / low { return frequency / factor }
      let blend = (original / wavelength - low) / (high - low)
      return (1 - blend) * frequency / factor + blend * frequency
    }
  }
}
