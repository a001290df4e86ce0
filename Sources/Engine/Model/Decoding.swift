/// Rows being decoded together: each its own sequence, cache and adapter.
package struct Decoding {
  private let model: Model
  private let rows: [GenerationRow]
  private let caches: [KVCache]
  private let store: KVStore?
  private let prefixes: SharedPrefixes
  private let held: Matrix
  private let promptOrder: Compute.Order
  private let stepOrder: Compute.Order
  /// The rows that have logits, in order.
  package private(set) var active: [Int]
  /// (active rows, vocabulary): what comes after each active row's last token.
  package private(set) var logits: Matrix

  /// The most prompt tokens computed at once; longer prompts come in stretches of it.
  private static let stretch = 512

  /// Throws where a prompt is empty, holds unknown ids, or leaves no room in the context. What `store` knows is not
  /// computed again, unless all digits are asked for: prompts and replies then sum in different orders.
  package init(
    _ model: Model, _ rows: [GenerationRow], maxTokens: Int, precision: Precision = .exact,
    store: KVStore? = nil
  ) throws {
    let rounds = precision == .rounded && model.canRound
    try self.init(
      model, rows, maxTokens: maxTokens, promptOrder: rounds ? .rounded(.eight) : .panels,
      stepOrder: rounds ? .rounded(.eight) : .rows, store: store)
  }

  /// The same with orders of one's own choice. Only where both are the same, and no product's sums depend on the rows
  /// beside, is a token's key the same to the byte whoever computed it.
  package init(
    _ model: Model, _ rows: [GenerationRow], maxTokens: Int, promptOrder: Compute.Order,
    stepOrder: Compute.Order, store: KVStore?
  ) throws {
    for row in rows {
      guard !row.prompt.isEmpty else { throw ModelError.emptyPrompt }
      guard row.prompt.count < model.contextLength else {
        throw ModelError.promptTooLong(tokens: row.prompt.count, context: model.contextLength)
      }
      try model.check(row.prompt)
    }
    self.model = model
    self.rows = rows
    self.promptOrder = promptOrder
    self.stepOrder = stepOrder
    active = Array(rows.indices)
    caches = rows.map { row in
      KVCache(
        model.configuration,
        capacity: min(model.contextLength, row.prompt.count + max(0, min(maxTokens, 1 << 20))),
        digits: stepOrder.keptDigits)
    }
    held = Matrix(rows: max(1, rows.count), columns: model.configuration.vocabularySize)
    logits = held.rows(0..<rows.count)
    let reuses = promptOrder == stepOrder
    self.store = reuses ? store : nil
    prefixes =
      reuses
      ? SharedPrefixes(rows, caches, store: store) : SharedPrefixes(apart: rows.count)
  }

  /// Tokens of a row's prompt that were taken over, not computed.
  package func reused(_ row: Int) -> Int { prefixes.counts[row] }

  private func use(_ row: Int) -> AdapterUse? {
    rows[row].adapter.map { AdapterUse(adapter: $0, strength: rows[row].strength) }
  }

  /// Computes all prompts, packed end to end. False where `shouldStop` ended it.
  package mutating func prefill(shouldStop: () -> Bool) -> Bool {
    for wave in prefixes.waves {
      for start in wave {
        if let source = start.source { caches[start.row].begin(with: source, count: start.count) }
      }
      guard prefill(wave.map(\.row), shouldStop) else { return false }
    }
    return true
  }

  /// Computes what the caches of some rows lack of their prompts.
  private mutating func prefill(_ wave: [Int], _ shouldStop: () -> Bool) -> Bool {
    var batch = Batch()
    var lasts: [(row: Int, place: Int)] = []
    for row in wave {
      let prompt = rows[row].prompt
      var start = caches[row].count
      while start < prompt.count {
        let room = Self.stretch - batch.tokens.count
        let end = min(prompt.count, start + room)
        batch.append(prompt[start..<end], position: start, cache: caches[row], use: use(row))
        if end == prompt.count { lasts.append((row, batch.tokens.count - 1)) }
        start = end
        if batch.tokens.count == Self.stretch {
          if shouldStop() { return false }
          flush(&batch, &lasts)
        }
      }
    }
    if shouldStop() { return false }
    flush(&batch, &lasts)
    return true
  }

  private func flush(_ batch: inout Batch, _ lasts: inout [(row: Int, place: Int)]) {
    guard !batch.tokens.isEmpty else { return }
    model.arena.scope {
      let hidden = model.hiddenStates(batch, order: promptOrder)
      if !lasts.isEmpty {
        // The head runs in decoding's order from the first reply token on.
        let found = model.arena.take(lasts.count, held.columns)
        model.logits(hidden, rows: lasts.map(\.place), order: stepOrder, into: found)
        for (place, last) in lasts.enumerated() {
          held.rows(last.row..<last.row + 1).copy(from: found.rows(place..<place + 1))
        }
      }
    }
    batch = Batch()
    lasts = []
  }

  /// Moves each given row on by one token; the others are finished.
  package mutating func step(_ next: [(row: Int, token: Token)]) {
    active = next.map(\.row)
    logits = held.rows(0..<next.count)
    let shares = model.rowShares(next.count)
    guard shares.count > 1 else { return step(next[...], model, into: logits) }
    let length = (active.map { caches[$0].count }.max() ?? 0) + 1
    let singles = model.singles(stepOrder, length: length)
    model.compute.workers.run(shares.count) { share, slot in
      step(next[shares[share]], singles[slot], into: logits.rows(shares[share]))
    }
  }

  private func step(
    _ next: ArraySlice<(row: Int, token: Token)>, _ model: Model, into target: Matrix
  ) {
    var batch = Batch()
    for (row, token) in next {
      batch.append(
        CollectionOfOne(token), position: caches[row].count, cache: caches[row], use: use(row))
    }
    model.arena.scope {
      let hidden = model.hiddenStates(batch, order: stepOrder)
      model.logits(hidden, rows: Array(0..<next.count), order: stepOrder, into: target)
    }
  }

  /// Moves every row along the tokens that follow its prompt, all in one forward (a stretch at a time), after `prefill`.
  /// `body` gets, of each row, its logits (vocabulary) after the prompt at place 0 and after the token before each
  /// later place, `atOnce` rows of logits at most being held. False where `shouldStop` ended it.
  package func follow(
    _ tokens: [ArraySlice<Token>], atOnce: Int, shouldStop: () -> Bool,
    _ body: (_ row: Int, _ place: Int, _ logits: UnsafeBufferPointer<Float>) -> Void
  ) -> Bool {
    for row in rows.indices { held.withRow(row) { body(row, 0, $0) } }
    var batch = Batch()
    var places: [(row: Int, place: Int)] = []
    func flush() {
      model.arena.scope {
        let hidden = model.hiddenStates(batch, order: stepOrder)
        for start in stride(from: 0, to: places.count, by: atOnce) {
          let some = start..<min(places.count, start + atOnce)
          model.arena.scope {
            let found = model.logits(hidden, rows: Array(some), order: stepOrder)
            for (index, place) in places[some].enumerated() {
              found.withRow(index) { body(place.row, place.place, $0) }
            }
          }
        }
      }
      batch = Batch()
      places = []
    }
    for row in rows.indices {
      var rest = tokens[row]
      var done = 0
      while !rest.isEmpty {
        let part = rest.prefix(Self.stretch - batch.tokens.count)
        batch.append(
          part, position: rows[row].prompt.count + done, cache: caches[row], use: use(row))
        places += (1...part.count).map { (row, done + $0) }
        rest = rest.dropFirst(part.count)
        done += part.count
        if batch.tokens.count == Self.stretch {
          if shouldStop() { return false }
          flush()
        }
      }
    }
    if shouldStop() { return false }
    if !places.isEmpty { flush() }
    return true
  }

  /// Keeps the sequences computed up to now in the store. `replies`: each row's reply.
  package func keep(_ replies: [[Token]]) {
    guard let store else { return }
    for row in rows.indices {
      guard let key = rows[row].key else { continue }
      let tokens = (rows[row].prompt + replies[row]).prefix(caches[row].count)
      store.keep(key, Array(tokens), caches[row], model.configuration)
    }
  }
}
