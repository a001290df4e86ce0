/// What rows of a decoding need not compute, because a store or another row has it.
struct SharedPrefixes {
  /// Where a row begins.
  struct Start {
    var row: Int
    /// Tokens taken over.
    var count = 0
    /// Where they are taken from.
    var source: KVCache?
  }

  /// Rows to be computed together; a row's source is in an earlier wave.
  private(set) var waves: [[Start]] = []
  /// Tokens taken over, row by row.
  private(set) var counts: [Int]

  /// Waiting for another row costs a pass over the weights of its own, which must be worth it.
  private static let leastShared = 16

  /// All rows begin at their first token, together.
  init(apart rows: Int) {
    waves = [(0..<rows).map { Start(row: $0) }]
    counts = Array(repeating: 0, count: rows)
  }

  /// Rows begin where the longest sequence known ends; at least one token of each is left to compute.
  init(_ rows: [GenerationRow], _ caches: [KVCache], store: KVStore?) {
    counts = Array(repeating: 0, count: rows.count)
    var depths: [Int] = []
    for (index, row) in rows.enumerated() {
      var start = Start(row: index)
      var depth = 0
      let most = row.prompt.count - 1
      if let store, let key = row.key, let found = store.longest(key, row.prompt) {
        start = Start(row: index, count: min(most, found.count), source: found.cache)
      }
      for earlier in 0..<index where rows[earlier].isAnsweredAlike(row) {
        let shared = min(most, commonPrefix(rows[earlier].prompt, row.prompt))
        if shared >= Self.leastShared, shared > start.count {
          start = Start(row: index, count: shared, source: caches[earlier])
          depth = depths[earlier] + 1
        }
      }
      depths.append(depth)
      counts[index] = start.count
      if depth == waves.count { waves.append([]) }
      waves[depth].append(start)
    }
  }
}

extension GenerationRow {
  /// What a store knows the row's sequences by; nil where the adapter's content is not named.
  var key: KVStore.Key? {
    guard adapter != nil else { return KVStore.Key(adapter: nil, strength: 1) }
    return adapterHash.map { KVStore.Key(adapter: $0, strength: strength) }
  }

  /// Whether the same adapter, as strong, answers both.
  fileprivate func isAnsweredAlike(_ other: GenerationRow) -> Bool {
    adapter === other.adapter && (adapter == nil || strength == other.strength)
  }
}
