/// One row to generate: a prompt, and the adapter (or the foundation) that answers it.
public struct GenerationRow: Sendable {
  /// The prompt's tokens; at least one.
  public var prompt: [Token]
  /// The adapter, or nil for the foundation model.
  public var adapter: Adapter?
  /// Multiplies the adapter's own scale.
  public var strength: Float
  /// The adapter's hash, by which a `KVStore` knows what it computed; nil keeps nothing. Whoever names it vouches that
  /// the adapter is not tuned meanwhile.
  public var adapterHash: String?
  /// The seed of the row's own draws; nil takes the sampling's.
  public var seed: UInt64?

  /// A row that continues `prompt`.
  public init(
    prompt: [Token], adapter: Adapter?, strength: Float = 1, adapterHash: String? = nil,
    seed: UInt64? = nil
  ) {
    self.prompt = prompt
    self.adapter = adapter
    self.strength = strength
    self.adapterHash = adapterHash
    self.seed = seed
  }
}

/// How a reply is computed.
public enum Precision: Sendable {
  /// fp32 throughout.
  case exact
  /// Activations rounded to eight bits in blocks of 32 where they meet weights, if the weights' formats allow it
  /// (`Model.canRound`): faster, with an error like that of the weights' own rounding.
  case rounded
}

/// Why a reply ended.
public enum StopReason: String, Codable, Sendable {
  /// The model ended it.
  case end
  /// It reached the longest length asked for, or the context's end.
  case length
  /// The caller ended it.
  case interrupt
}

/// What was generated for one row.
public struct Generated: Sendable, Equatable {
  /// The reply's tokens, without the end token.
  public var ids: [Token]
  /// Why it ended.
  public var stop: StopReason
  /// How many tokens the prompt had.
  public var promptTokens: Int
  /// How many of those were taken from earlier sequences, not computed.
  public var reusedTokens = 0
  /// Decoded tokens per second, all rows together.
  public var tokensPerSecond: Double
}

extension Model {
  /// Decodes all rows together: one pass over the weights a token. Rows of the same seed draw with the same random
  /// numbers, and a row's tokens do not depend on its company.
  ///
  /// `onToken(row, token)` is told each token as it comes and answers whether to go on; `shouldStop` is asked between
  /// stretches of a prompt. Prompts begin where sequences in `store` end, and what is computed is kept there; replies are
  /// the same with and without. Throws where a prompt is empty, does not fit the context, or holds unknown ids.
  public func generate(
    _ rows: [GenerationRow], sampling: Sampling, precision: Precision = .exact,
    ignoreEnd: Bool = false, store: KVStore? = nil, shouldStop: () -> Bool = { false },
    onToken: (Int, Token) -> Bool = { _, _ in true }
  ) throws -> [Generated] {
    var decoding = try Decoding(
      self, rows, maxTokens: sampling.maxTokens, precision: precision, store: store)
    guard sampling.maxTokens > 0, decoding.prefill(shouldStop: shouldStop) else {
      let stop: StopReason = sampling.maxTokens > 0 ? .interrupt : .length
      return rows.map {
        Generated(ids: [], stop: stop, promptTokens: $0.prompt.count, tokensPerSecond: 0)
      }
    }
    let samplers = rows.map { row in
      var settings = sampling
      if let seed = row.seed { settings.seed = seed }
      return Sampler(settings: settings, kernels: compute.kernels)
    }
    let ends = ignoreEnd ? [] : tokenizer?.description.ends ?? []
    var replies = rows.map { _ in (ids: [Token](), stop: StopReason?.none) }
    let clock = ContinuousClock()
    let start = clock.now
    var decoded = 0
    var step = 0
    while true {
      let drawn = draws(decoding) { row, logits in
        samplers[row].token(
          logits, step: step,
          recent: rows[row].prompt.suffix(Sampler.memory)
            + replies[row].ids.suffix(Sampler.memory))
      }
      for (row, token) in zip(decoding.active, drawn) {
        if ends.contains(token) {
          replies[row].stop = .end
          continue
        }
        replies[row].ids.append(token)
        decoded += 1
        if !onToken(row, token) {
          for index in replies.indices where replies[index].stop == nil {
            replies[index].stop = .interrupt
          }
          break
        }
        let length = rows[row].prompt.count + replies[row].ids.count
        if replies[row].ids.count >= sampling.maxTokens || length >= contextLength {
          replies[row].stop = .length
        }
      }
      let going = decoding.active.filter { replies[$0].stop == nil }
      if going.isEmpty { break }
      decoding.step(going.map { (row: $0, token: replies[$0].ids.last ?? 0) })
      step += 1
    }
    let seconds = (clock.now - start).inSeconds
    decoding.keep(replies.map(\.ids))
    return zip(rows.indices, replies).map { row, reply in
      Generated(
        ids: reply.ids, stop: reply.stop ?? .interrupt, promptTokens: rows[row].prompt.count,
        reusedTokens: decoding.reused(row),
        tokensPerSecond: seconds > 0 ? Double(decoded) / seconds : 0)
    }
  }
}

extension Model {
  /// The next token of each active row, drawn on all threads.
  private func draws(
    _ decoding: Decoding, draw: (_ row: Int, _ logits: UnsafeBufferPointer<Float>) -> Token
  ) -> [Token] {
    let rows = decoding.active
    return Array(unsafeUninitializedCapacity: rows.count) { tokens, count in
      let tokens = tokens
      compute.workers.run(rows.count) { place, _ in
        tokens.initializeElement(
          at: place, to: decoding.logits.withRow(place) { draw(rows[place], $0) })
      }
      count = rows.count
    }
  }
}

extension Duration {
  /// The duration in seconds.
  package var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
