import Engine
import Foundation
import Testing

/// Draws are held against the plain way: all weights in double precision, all sorted.
@Suite("Sampler")
struct SamplerTests {
  private static let settings: [Sampling] =
    [0.5, 1, 2].flatMap { temperature in
      [0, 1, 5].flatMap { topK in
        [1, 0.9, 0.3].flatMap { topP in
          [0, 0.05].map { minP in
            Sampling(
              temperature: temperature, topK: topK, topP: topP, minP: minP, seed: UInt64(topK))
          }
        }
      }
    } + [
      Sampling(), Sampling(temperature: 1, repetitionPenalty: 1.5), Sampling(repetitionPenalty: 2),
    ]

  private func logits(_ count: Int, spread: Float, seed: UInt64) -> [Float] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in (random.unit() - 0.5) * spread }
  }

  private func token(
    _ settings: Sampling, _ logits: [Float], step: Int = 0, recent: [Token] = [],
    path: Kernels.Path? = nil
  ) -> Token {
    let sampler = Sampler(settings: settings, kernels: Kernels(path: path))
    return logits.withUnsafeBufferPointer { sampler.token($0, step: step, recent: recent) }
  }

  /// The plain way.
  private func plain(_ settings: Sampling, _ given: [Float], step: Int, recent: [Token]) -> Token {
    var logits = given.map(Double.init)
    if settings.repetitionPenalty != 1 {
      for token in Set(recent.suffix(64)) {
        let factor = Double(settings.repetitionPenalty)
        logits[Int(token)] *= logits[Int(token)] > 0 ? 1 / factor : factor
      }
    }
    let order = logits.indices.sorted {
      logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1
    }
    guard settings.temperature > 0 else { return Token(order[0]) }
    let weights = order.map {
      exp((logits[$0] - logits[order[0]]) / Double(settings.temperature))
    }
    let first = settings.topK > 0 ? Array(weights.prefix(settings.topK)) : weights
    let whole = first.reduce(0, +)
    var kept: [Double] = []
    while kept.count < first.count,
      settings.topP >= 1 || kept.reduce(0, +) < Double(settings.topP) * whole
    {
      kept.append(first[kept.count])
    }
    kept = kept.filter { $0 >= Double(settings.minP) }
    var random = SplitMix(seed: settings.seed, stream: UInt64(step))
    var point = Double(random.unit()) * kept.reduce(0, +)
    for (place, weight) in kept.enumerated() {
      if point < weight { return Token(order[place]) }
      point -= weight
    }
    return Token(order[kept.count - 1])
  }

  @Test(arguments: settings)
  func drawsAreThoseOfThePlainWay(settings: Sampling) {
    for path in Kernels.paths {
      for step in 0..<60 {
        let given = logits(317, spread: step % 2 == 0 ? 20 : 3, seed: UInt64(step))
        let recent = (0..<80).map { Token(($0 * 7 + step) % 317) }
        let found = token(settings, given, step: step, recent: recent, path: path)
        #expect(found == plain(settings, given, step: step, recent: recent), "step \(step)")
      }
    }
  }

  @Test func everyTokenIsDrawnAsOftenAsItIsLikely() {
    let given: [Float] = [1, -2, 0.5, 0, -8]
    let total = given.map { exp(Double($0)) }.reduce(0, +)
    let draws = 20_000
    var counts = [Int](repeating: 0, count: given.count)
    for step in 0..<draws { counts[Int(token(Sampling(temperature: 1), given, step: step))] += 1 }
    for (count, logit) in zip(counts, given) {
      let share = exp(Double(logit)) / total
      let deviation = (share * (1 - share) / Double(draws)).squareRoot()
      #expect(abs(Double(count) / Double(draws) - share) < 4 * deviation)
    }
  }

  @Test(arguments: [Float(0), 1])
  func whatIsNoNumberIsPassedOver(temperature: Float) {
    let settings = Sampling(temperature: temperature, topK: 1)
    #expect(token(settings, [.nan, 1, 3, 3, .nan]) == 2)
    #expect(token(settings, [.nan, .nan]) == 0)
    #expect(token(settings, [-.infinity, -.infinity]) == 0)
    #expect(token(settings, [0, .infinity, 4]) == 1)
    #expect(token(settings, []) == 0)
    #expect(token(Sampling(temperature: temperature), [.nan, 1, 3, 2, .nan]) == 2)
    #expect(token(Sampling(temperature: temperature), [-.infinity, 2, -.infinity]) == 1)
  }

  @Test func theColdestDrawIsTheLikeliest() {
    for temperature: Float in [1e-6, .leastNormalMagnitude, .leastNonzeroMagnitude] {
      #expect(token(Sampling(temperature: temperature), [-1, 0.5, 0.25], step: 3) == 1)
    }
  }

  /// A vocabulary without a favourite is put in order as well, band by band to the last.
  @Test func aFlatVocabularyIsDrawnFromAllOver() {
    let given = logits(49_152, spread: 0.2, seed: 3)
    let drawn = Set((0..<200).map { token(Sampling(temperature: 1), given, step: $0) })
    #expect(drawn.count > 190)
    let steep = (0..<600).map { -Float($0) / 4 }
    let cold = Sampling(temperature: 0.01)
    #expect(Set((0..<50).map { token(cold, steep, step: $0) }) == [0])
  }
}
