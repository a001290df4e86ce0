/// Adapters held in memory: all that are not on disk, and the few used last.
struct AdapterShelf {
  /// How many adapters that are on disk are held besides.
  static let limit = 4

  private(set) var held: [Int: any TunedWeights] = [:]
  /// Bursts whose tensors are not on disk, in the order of tuning.
  private(set) var unwritten: [Int] = []
  private var recent: [Int] = []

  /// The adapter of a burst, where it is held.
  mutating func take(_ id: Int) -> (any TunedWeights)? {
    guard let weights = held[id] else { return nil }
    touch(id)
    return weights
  }

  /// Holds an adapter that was read from disk.
  mutating func hold(_ weights: any TunedWeights, of id: Int) {
    held[id] = weights
    touch(id)
  }

  /// Holds an adapter that is not on disk.
  mutating func holdUnwritten(_ weights: any TunedWeights, of id: Int) {
    unwritten.append(id)
    hold(weights, of: id)
  }

  /// Notes that a burst's tensors are on disk.
  mutating func markWritten(_ id: Int) {
    unwritten.removeAll { $0 == id }
    evict()
  }

  private mutating func touch(_ id: Int) {
    recent.removeAll { $0 == id }
    recent.append(id)
    evict()
  }

  private mutating func evict() {
    var spare = recent.filter { !unwritten.contains($0) }
    while spare.count > AdapterShelf.limit {
      let id = spare.removeFirst()
      held[id] = nil
      recent.removeAll { $0 == id }
    }
  }
}
