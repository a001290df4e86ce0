/// One tokenised example: token i is predicted from those before it, and trained where `trained[i]`.
public struct TrainingItem: Sendable, Equatable {
  /// What a burst makes of an item's likelihood.
  public indirect enum Aim: Sendable, Equatable {
    /// It grows.
    case likely
    /// It grows against that of a rejected answer to the same prompt.
    case likelier(than: TrainingItem)
    /// It shrinks: the answer was judged bad.
    case unlikely
  }

  /// The example's token ids.
  public var tokens: [Token]
  /// As long as `tokens`; the first is never trained, since nothing predicts it.
  public var trained: [Bool]
  /// What a burst makes of it.
  public var aim: Aim

  /// An item from tokens and a mask of the same length.
  public init(tokens: [Token], trained: [Bool], aim: Aim = .likely) {
    precondition(tokens.count == trained.count)
    self.tokens = tokens
    self.trained = trained
    self.aim = aim
    if !tokens.isEmpty { self.trained[0] = false }
  }

  /// How many tokens are trained; a rejected answer's are not counted.
  public var trainedCount: Int { trained.count { $0 } }

  /// The answer that is to become less likely than this one.
  public var rejected: TrainingItem? {
    if case .likelier(let rejected) = aim { rejected } else { nil }
  }

  /// What the model runs over: the item, and after it the rejected answer where there is one.
  var sequences: [TrainingItem] { rejected.map { [self, $0] } ?? [self] }

  /// How many tokens pass through the model.
  public var tokenCount: Int { tokens.count + (rejected?.tokens.count ?? 0) }
}
