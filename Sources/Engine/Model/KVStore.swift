/// Keys and values of sequences that were computed lately, so that what a prompt shares with one of them is not computed
/// again: a conversation's earlier turns, a system prompt, a prompt asked a second time.
///
/// Held by what answers (the foundation or an adapter's content, and how strong) and by tokens. Bounded: those used
/// longest ago go first. Unchecked: one caller at a time, as the model it is handed to.
public final class KVStore: @unchecked Sendable {
  /// What computed a sequence. Adapters are told apart by their content, as one that is tuned keeps its identity.
  struct Key: Hashable {
    /// The adapter's hash; nil is the foundation.
    var adapter: String?
    var strength: Float
  }

  private struct Entry {
    var key: Key
    var tokens: [Token]
    var cache: KVCache
    var bytes: Int
  }

  /// The most bytes held.
  public let budget: Int
  /// Bytes held now.
  public private(set) var bytes = 0
  /// The entry used last stands last.
  private var entries: [Entry] = []

  /// An empty store. On a model of 135 million parameters a token takes 23 kB.
  public init(budget: Int = 256 << 20) {
    self.budget = budget
  }

  /// Forgets everything.
  public func clear() {
    entries = []
    bytes = 0
  }

  /// The sequence that shares the most first tokens with `tokens`, and how many; nil where none shares any.
  func longest(_ key: Key, _ tokens: [Token]) -> (cache: KVCache, count: Int)? {
    var best: (index: Int, count: Int)?
    for (index, entry) in entries.enumerated() where entry.key == key {
      let count = commonPrefix(entry.tokens, tokens)
      if count > best?.count ?? 0 { best = (index, count) }
    }
    guard let best else { return nil }
    let entry = entries.remove(at: best.index)
    entries.append(entry)
    return (entry.cache, best.count)
  }

  /// Keeps the first `tokens.count` positions of `cache`, copied: a cache has room for the longest reply, which would
  /// be held too.
  func keep(_ key: Key, _ tokens: [Token], _ cache: KVCache, _ configuration: Configuration) {
    let size = tokens.count * KVCache.bytesPerToken(configuration, digits: cache.digits)
    guard !tokens.isEmpty, size <= budget else { return }
    if let index = entries.firstIndex(where: { $0.key == key && $0.tokens.starts(with: tokens) }) {
      entries.append(entries.remove(at: index))
      return
    }
    remove { $0.key == key && tokens.starts(with: $0.tokens) }
    while bytes + size > budget { bytes -= entries.removeFirst().bytes }
    let copy = KVCache(configuration, capacity: tokens.count, digits: cache.digits)
    copy.begin(with: cache, count: tokens.count)
    entries.append(Entry(key: key, tokens: tokens, cache: copy, bytes: size))
    bytes += size
  }

  private func remove(where isGone: (Entry) -> Bool) {
    entries.removeAll(where: isGone)
    bytes = entries.reduce(0) { $0 + $1.bytes }
  }
}

/// How many first tokens two sequences share.
func commonPrefix(_ a: [Token], _ b: [Token]) -> Int {
  zip(a, b).prefix { $0 == $1 }.count
}
