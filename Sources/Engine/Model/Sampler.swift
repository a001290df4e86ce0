#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Draws the next token from logits.
///
/// The draw at a step depends on the seed and the step alone, so that rows of one batch meet the same dice and differ
/// only where their models do: the draw is a point in [0, 1) on the probabilities in descending order.
struct Sampler {
  let settings: Sampling

  /// The token at `step` after `recent` (prompt and reply so far). Top-k, then top-p, then min-p.
  func token(_ logits: UnsafeBufferPointer<Float>, step: Int, recent: [Token]) -> Token {
    if settings.temperature <= 0, settings.repetitionPenalty == 1 { return Self.likeliest(logits) }
    var logits = Array(logits)
    penalise(&logits, recent)
    if settings.temperature <= 0 { return logits.withUnsafeBufferPointer(Self.likeliest) }
    return draw(logits, step: step)
  }

  /// The token of the largest logit, the first of several.
  static func likeliest(_ logits: UnsafeBufferPointer<Float>) -> Token {
    var best = 0
    for index in logits.indices where logits[index] > logits[best] { best = index }
    return Token(best)
  }

  /// How many tokens back the repetition penalty looks.
  private static let memory = 64

  private func penalise(_ logits: inout [Float], _ recent: [Token]) {
    guard settings.repetitionPenalty != 1 else { return }
    for token in Set(recent.suffix(Self.memory)) {
      let index = Int(token)
      logits[index] =
        logits[index] > 0
        ? logits[index] / settings.repetitionPenalty : logits[index] * settings.repetitionPenalty
    }
  }

  private func draw(_ logits: [Float], step: Int) -> Token {
    guard let top = logits.max(), top.isFinite else {
      return logits.withUnsafeBufferPointer(Self.likeliest)
    }
    let weights = logits.map { exp(Double(($0 - top) / settings.temperature)) }
    var heap = DescendingWeights(weights)
    var kept: [(index: Int, weight: Double)] = []
    let limit = settings.topK > 0 ? settings.topK : weights.count
    // Without top-k, top-p is a share of everything; with it, of what top-k kept.
    var reached = 0.0
    let total = weights.reduce(0, +)
    let enough =
      settings.topK > 0 || settings.topP >= 1 ? Double.infinity : Double(settings.topP) * total
    while kept.count < limit, reached < enough, let next = heap.next(),
      next.weight >= Double(settings.minP), next.weight > 0
    {
      kept.append(next)
      reached += next.weight
      // The tail that is left cannot be drawn with any seed: 24 bits decide.
      if settings.topK == 0, settings.topP >= 1, reached > total * (1 - 0x1p-26) { break }
    }
    if settings.topK > 0, settings.topP < 1 { reached = trim(&kept, total: reached) }
    var random = SplitMix(seed: settings.seed, stream: UInt64(step))
    var point = Double(random.unit()) * reached
    for (index, weight) in kept {
      if point < weight { return Token(index) }
      point -= weight
    }
    return Token(kept.last?.index ?? 0)
  }

  private func trim(_ kept: inout [(index: Int, weight: Double)], total: Double) -> Double {
    var reached = 0.0
    var count = 0
    while count < kept.count, count == 0 || reached < Double(settings.topP) * total {
      reached += kept[count].weight
      count += 1
    }
    kept.removeSubrange(count...)
    return reached
  }
}

/// Indices by descending weight, as many as are asked for: a heap costs less than sorting a vocabulary.
/// Equal weights come in ascending order of index, so that results do not depend on the heap's shape.
private struct DescendingWeights {
  private let weights: [Double]
  private var heap: [Int]

  init(_ weights: [Double]) {
    self.weights = weights
    heap = Array(weights.indices)
    for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(place) }
  }

  mutating func next() -> (index: Int, weight: Double)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      sink(0)
    }
    return (first, weights[first])
  }

  private func precedes(_ left: Int, _ right: Int) -> Bool {
    weights[left] > weights[right] || (weights[left] == weights[right] && left < right)
  }

  private mutating func sink(_ start: Int) {
    var place = start
    while true {
      var best = place
      for child in [2 * place + 1, 2 * place + 2]
      where child < heap.count && precedes(heap[child], heap[best]) {
        best = child
      }
      if best == place { return }
      heap.swapAt(place, best)
      place = best
    }
  }
}
