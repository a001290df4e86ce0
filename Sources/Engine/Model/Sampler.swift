/// Draws the next token from logits.
///
/// The draw at a step depends on the seed and the step alone, so that rows of one batch meet the same dice and differ
/// only where their models do: the draw is a point in [0, 1) on the probabilities in descending order.
package struct Sampler {
  let settings: Sampling
  let kernels: Kernels

  package init(settings: Sampling, kernels: Kernels) {
    self.settings = settings
    self.kernels = kernels
  }

  /// How many tokens back the repetition penalty looks.
  static let memory = 64

  /// The token at `step` after `recent` (the last ones of prompt and reply). Top-k, then top-p, then min-p.
  package func token(
    _ logits: UnsafeBufferPointer<Float>, step: Int, recent: @autoclosure () -> [Token]
  ) -> Token {
    if settings.repetitionPenalty == 1 { return token(logits, step: step) }
    var penalised = Array(logits)
    penalise(&penalised, recent())
    return penalised.withUnsafeBufferPointer { token($0, step: step) }
  }

  private func token(_ logits: UnsafeBufferPointer<Float>, step: Int) -> Token {
    let likeliest = kernels.likeliest(logits)
    guard settings.temperature > 0, !logits.isEmpty, logits[likeliest].isFinite else {
      return Token(likeliest)
    }
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: logits.count) { weights in
      let total = kernels.weights(logits, temperature: settings.temperature, into: weights)
      // Beside what is no number, or at a temperature whose inverse is none, nothing can be weighed.
      guard total.isFinite else { return Token(likeliest) }
      return draw(UnsafeBufferPointer(weights), total: total, step: step)
    }
  }

  private func penalise(_ logits: inout [Float], _ recent: [Token]) {
    for token in Set(recent.suffix(Self.memory)) {
      let index = Int(token)
      logits[index] =
        logits[index] > 0
        ? logits[index] / settings.repetitionPenalty : logits[index] * settings.repetitionPenalty
    }
  }

  /// Few draws need more than the first weights in order; so they are put in order only as far as the point lies.
  private func draw(_ weights: UnsafeBufferPointer<Float>, total: Double, step: Int) -> Token {
    var descending = DescendingWeights(weights)
    var random = SplitMix(seed: settings.seed, stream: UInt64(step))
    let unit = Double(random.unit())
    if settings.topK == 0, settings.topP >= 1, settings.minP <= 0 {
      return token(at: unit * total) { descending.next() }
    }
    let (kept, reached) = kept(&descending, total: total)
    var place = kept.makeIterator()
    return token(at: unit * reached) { place.next() }
  }

  /// The token whose stretch holds `point`, the stretches of all weights laid end to end; the last one where rounding
  /// puts the point beyond it.
  private func token(at point: Double, _ next: () -> DescendingWeights.Weight?) -> Token {
    var point = point
    var last = 0
    while let (index, weight) = next() {
      last = index
      if point < Double(weight) { break }
      point -= Double(weight)
    }
    return Token(last)
  }

  /// What top-k, top-p and min-p leave, and its sum. Without top-k, top-p is a share of everything; with it, of what
  /// top-k kept.
  private func kept(_ descending: inout DescendingWeights, total: Double) -> (
    weights: [DescendingWeights.Weight], sum: Double
  ) {
    var kept: [DescendingWeights.Weight] = []
    var reached = 0.0
    let limit = settings.topK > 0 ? settings.topK : Int.max
    let enough =
      settings.topK > 0 || settings.topP >= 1 ? Double.infinity : Double(settings.topP) * total
    while kept.count < limit, reached < enough, let next = descending.next(),
      next.weight >= settings.minP
    {
      kept.append(next)
      reached += Double(next.weight)
    }
    guard settings.topK > 0, settings.topP < 1 else { return (kept, reached) }
    var share = 0.0
    var count = 0
    while count < kept.count, count == 0 || share < Double(settings.topP) * reached {
      share += Double(kept[count].weight)
      count += 1
    }
    return (Array(kept.prefix(count)), share)
  }
}

/// Weights above zero, the largest of which is 1, in descending order, as many as are asked for; equal ones in
/// ascending order of index. Bands, each a sixteenth of the one before, are looked for and sorted one by one: a draw
/// rarely leaves the first two, and sorting a vocabulary costs several times as much as computing its logits.
private struct DescendingWeights: IteratorProtocol {
  typealias Weight = (index: Int, weight: Float)

  private let weights: UnsafeBufferPointer<Float>
  private var ceiling = Float.infinity
  private var floor: Float = 0x1p-4
  /// What is left of the band, the next weight last.
  private var band: [Weight] = []

  init(_ weights: UnsafeBufferPointer<Float>) { self.weights = weights }

  mutating func next() -> Weight? {
    while band.isEmpty {
      guard ceiling > 0 else { return nil }
      fill()
    }
    return band.removeLast()
  }

  private mutating func fill() {
    for (index, weight) in weights.enumerated() where weight >= floor && weight < ceiling {
      band.append((index, weight))
    }
    band.sort { $0.weight != $1.weight ? $0.weight < $1.weight : $0.index > $1.index }
    ceiling = floor <= .leastNonzeroMagnitude ? 0 : floor
    floor = floor > 0x1p-24 ? floor / 16 : .leastNonzeroMagnitude
  }
}
