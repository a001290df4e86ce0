import Engine

/// The foundation's greedy replies to probes, which no burst changes: each is decoded once.
struct FoundationReplies {
  private struct Key: Hashable {
    var prompt: [Token]
    var limit: Int
  }

  /// More replies than a person's suites have.
  private static let most = 4096

  private var replies: [Key: Reply] = [:]

  /// The reply to `prompt` of at most `limit` tokens.
  subscript(prompt: [Token], limit: Int) -> Reply? {
    get { replies[Key(prompt: prompt, limit: limit)] }
    set {
      if replies.count >= Self.most { replies = [:] }
      replies[Key(prompt: prompt, limit: limit)] = newValue
    }
  }

  /// Forgets all, as another model answers from now on.
  mutating func clear() { replies = [:] }
}
