/// How far an adapter moves the distribution of the token at one place of a text.
public struct Movement: Sendable, Equatable {
  /// One of the likeliest tokens.
  public struct Candidate: Sendable, Equatable {
    /// The token.
    public var token: Token
    /// Its log probability, nats.
    public var logProbability: Float

    /// A token and how likely it is.
    public init(token: Token, logProbability: Float) {
      self.token = token
      self.logProbability = logProbability
    }
  }

  /// The token that stands there.
  public var token: Token
  /// KL divergence from the tuned distribution to the foundation's, Σ tuned · ln(tuned / foundation): nats.
  public var divergence: Double
  /// The token's log probability under the foundation, nats.
  public var before: Float
  /// The token's log probability under the adapter, nats.
  public var after: Float
  /// The foundation's likeliest tokens, the likeliest first.
  public var likeliestBefore: [Candidate]
  /// The adapter's likeliest tokens, the likeliest first.
  public var likeliestAfter: [Candidate]

  /// A movement from its parts.
  public init(
    token: Token, divergence: Double, before: Float, after: Float,
    likeliestBefore: [Candidate] = [], likeliestAfter: [Candidate] = []
  ) {
    self.token = token
    self.divergence = divergence
    self.before = before
    self.after = after
    self.likeliestBefore = likeliestBefore
    self.likeliestAfter = likeliestAfter
  }
}

extension Model {
  /// How `adapter` moves the distribution of each trained token of `item`, in order, with the `top` likeliest tokens of
  /// both sides; fp32.
  ///
  /// Both sides run over the whole text at once; of the logits a few rows stand in memory at a time. Throws where the
  /// item is longer than the context or holds unknown ids.
  public func movements(
    _ item: TrainingItem, of adapter: Adapter, strength: Float = 1, top: Int
  ) throws -> [Movement] {
    try check([item])
    let places = item.tokens.indices.filter { item.trained[$0] }
    guard !places.isEmpty else { return [] }
    var batch = Batch()
    batch.append(item.tokens, use: nil)
    batch.append(item.tokens, use: AdapterUse(adapter: adapter, strength: strength))
    return arena.scope {
      let hidden = hiddenStates(batch, order: .panels)
      return stride(from: 0, to: places.count, by: Self.logitRows / 2).flatMap { start in
        let some = places[start..<min(places.count, start + Self.logitRows / 2)]
        return arena.scope {
          let rows = some.map { $0 - 1 }
          let logits = logits(
            hidden, rows: rows + rows.map { $0 + item.tokens.count }, order: .panels)
          return some.enumerated().map { place, index in
            movement(
              of: item.tokens[index], logits.rows(place..<place + 1),
              logits.rows(rows.count + place..<rows.count + place + 1), top: top)
          }
        }
      }
    }
  }

  /// The movement from one row of logits to another.
  private func movement(of token: Token, _ before: Matrix, _ after: Matrix, top: Int) -> Movement {
    let sums = (compute.kernels.logSumExp(before, row: 0), compute.kernels.logSumExp(after, row: 0))
    func likeliest(_ row: Matrix, _ sum: Float) -> [Movement.Candidate] {
      row.withRow(0) { numbers in
        greatest(top, of: numbers).map {
          Movement.Candidate(token: Token($0), logProbability: numbers[$0] - sum)
        }
      }
    }
    return Movement(
      token: token, divergence: max(0, compute.kernels.klDivergence(after, before, row: 0)),
      before: before[0, Int(token)] - sums.0, after: after[0, Int(token)] - sums.1,
      likeliestBefore: likeliest(before, sums.0), likeliestAfter: likeliest(after, sums.1))
  }
}

/// The places of the `count` greatest numbers, the greatest first; of equal ones the first comes first.
private func greatest(_ count: Int, of numbers: UnsafeBufferPointer<Float>) -> [Int] {
  var best: [Int] = []
  for index in numbers.indices {
    if best.count >= count, best.last.map({ numbers[index] <= numbers[$0] }) ?? true { continue }
    best.insert(index, at: best.firstIndex { numbers[index] > numbers[$0] } ?? best.count)
    if best.count > count { best.removeLast() }
  }
  return best
}
