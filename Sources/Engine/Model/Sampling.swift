/// How the next token is drawn from the logits.
public struct Sampling: Codable, Sendable, Equatable {
  /// Divides the logits; 0 takes the likeliest token.
  public var temperature: Float
  /// Keeps only the `topK` likeliest tokens; 0 keeps all.
  public var topK: Int
  /// Keeps the likeliest tokens whose probabilities add up to `topP`; 1 keeps all.
  public var topP: Float
  /// Keeps tokens at least `minP` times as likely as the likeliest; 0 keeps all.
  public var minP: Float
  /// Divides positive and multiplies negative logits of tokens seen lately (CTRL, Keskar et al. 2019); 1 is off.
  public var repetitionPenalty: Float
  /// The longest reply, in tokens.
  public var maxTokens: Int
  /// The seed of the draws.
  public var seed: UInt64

  /// Sampling settings; the defaults are the greedy ones that make comparisons fair.
  public init(
    temperature: Float = 0, topK: Int = 0, topP: Float = 1, minP: Float = 0,
    repetitionPenalty: Float = 1, maxTokens: Int = 256, seed: UInt64 = 1
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
    self.maxTokens = maxTokens
    self.seed = seed
  }
}
