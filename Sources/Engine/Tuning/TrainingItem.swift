/// One tokenised example: token i is predicted from those before it, and trained where `trained[i]`.
public struct TrainingItem: Sendable, Equatable {
  /// The example's token ids.
  public var tokens: [Token]
  /// As long as `tokens`; the first is never trained, since nothing predicts it.
  public var trained: [Bool]

  /// An item from tokens and a mask of the same length.
  public init(tokens: [Token], trained: [Bool]) {
    precondition(tokens.count == trained.count)
    self.tokens = tokens
    self.trained = trained
    if !tokens.isEmpty { self.trained[0] = false }
  }

  /// How many tokens are trained.
  public var trainedCount: Int { trained.count { $0 } }
}
