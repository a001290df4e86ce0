/// One tokenised example: token i is predicted from those before it, and trained where `trained[i]`.
public struct TrainingItem: Sendable, Equatable {
  public var tokens: [Token]
  /// As long as `tokens`; the first is never trained.
  public var trained: [Bool]
  public init(tokens: [Token], trained: [Bool]) {
    precondition(tokens.count == trained.count)
    self.tokens = tokens
    self.trained = trained
    if !tokens.isEmpty { self.trained[0] = false }
  }
  /// How many tokens are trained.
  public var trainedCount: Int { trained.count { $0 } }
}
