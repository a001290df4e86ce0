/// One row to generate: a prompt, and the adapter (or the foundation) that answers it.
public struct GenerationRow: Sendable {
  /// The prompt's tokens; at least one.
  public var prompt: [Token]
  /// The adapter, or nil for the foundation model.
  public var adapter: Adapter?
  /// Multiplies the adapter's own scale.
  public var strength: Float

  /// A row that continues `prompt`.
  public init(prompt: [Token], adapter: Adapter?, strength: Float = 1) {
    self.prompt = prompt
    self.adapter = adapter
    self.strength = strength
  }
}

/// Why a reply ended.
public enum StopReason: String, Codable, Sendable { case end, length, interrupt }

/// What was generated for one row.
public struct Generated: Sendable, Equatable {
  /// The reply's tokens, without the end token.
  public var ids: [Token]
  /// Why it ended.
  public var stop: StopReason
  /// How many tokens the prompt had.
  public var promptTokens: Int
  /// Decoded tokens per second, over all rows.
  public var tokensPerSecond: Double
}
