/// A reply that is known, to be held against what greedy decoding would say.
public struct KnownReply: Sendable, Equatable {
  /// Its tokens, without the end token.
  public var ids: [Token]
  /// Whether the model ended it, so that an end token must follow.
  public var isEnded: Bool

  /// A reply of those tokens.
  public init(ids: [Token], isEnded: Bool) {
    self.ids = ids
    self.isEnded = isEnded
  }
}

/// What greedy decoding takes at one place of a known reply.
public struct Choice: Sendable, Equatable {
  /// The likeliest token.
  public var token: Token
  /// By how much (nats) the reply's token leads every other; negative where another one is likelier.
  public var margin: Float
  /// Whether the likeliest token is the reply's.
  public var agrees: Bool
}

extension Model {
  /// The most rows of logits held at once by `choices`.
  private static let choiceRows = 256

  /// What greedy decoding of each row takes at each place of a reply that is known, by one forward over prompt and
  /// reply instead of a step a token. The last place of a reply that ended asks for an end token.
  ///
  /// The reply's tokens are computed in the order that decoding at this `precision` steps in, in which a row's numbers
  /// do not depend on the rows beside it: where all choices agree, greedy decoding gives this reply, to the token.
  /// nil where `shouldStop` ended the work. Throws as `generate` does.
  public func choices(
    _ rows: [GenerationRow], along replies: [KnownReply], precision: Precision = .exact,
    store: KVStore? = nil, shouldStop: () -> Bool = { false }
  ) throws -> [[Choice]]? {
    precondition(rows.count == replies.count, "a reply a row")
    for reply in replies { try check(reply.ids) }
    let longest = replies.map(\.ids.count).max() ?? 0
    var decoding = try Decoding(
      self, rows, maxTokens: longest, precision: precision, store: store)
    guard decoding.prefill(shouldStop: shouldStop) else { return nil }
    let ends = Set(tokenizer?.description.ends ?? [])
    var choices = replies.map { _ in [Choice]() }
    let isWhole = decoding.follow(
      replies.map { $0.isEnded ? $0.ids[...] : $0.ids.dropLast() }, atOnce: Self.choiceRows,
      shouldStop: shouldStop
    ) { row, place, logits in
      let reply = replies[row]
      if place < reply.ids.count {
        choices[row].append(
          Choice(logits, expecting: CollectionOfOne(reply.ids[place]), compute.kernels))
      } else if reply.isEnded {
        choices[row].append(Choice(logits, expecting: ends, compute.kernels))
      }
    }
    return isWhole ? choices : nil
  }
}

extension Choice {
  /// The choice that `logits` make where one of `expected` stands in the reply.
  fileprivate init(
    _ logits: UnsafeBufferPointer<Float>, expecting expected: some Collection<Token>,
    _ kernels: Kernels
  ) {
    token = Token(kernels.likeliest(logits))
    let wanted = expected.filter { logits.indices.contains(Int($0)) }
    let lead = wanted.map { logits[Int($0)] }.max() ?? -.infinity
    var rival = -Float.infinity
    for index in logits.indices where logits[index] > rival && !wanted.contains(Token(index)) {
      rival = logits[index]
    }
    margin = lead - rival
    agrees = wanted.contains(token)
  }
}
