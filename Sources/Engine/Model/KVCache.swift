/// Keys and values of one sequence, layer by layer, so that each token is computed once.
package final class KVCache {
  /// The longest sequence it holds.
  package let capacity: Int
  /// Tokens held.
  package internal(set) var count = 0
  /// For each layer (capacity, key-value width).
  let keys: [Matrix]
  let values: [Matrix]

  /// An empty cache for `capacity` tokens. Its memory is touched only as it fills.
  package init(_ configuration: Configuration, capacity: Int) {
    self.capacity = capacity
    keys = (0..<configuration.layers).map { _ in
      Matrix(rows: capacity, columns: configuration.keyValueWidth)
    }
    values = (0..<configuration.layers).map { _ in
      Matrix(rows: capacity, columns: configuration.keyValueWidth)
    }
  }

  /// Begins with the first `count` tokens of another cache.
  func begin(with other: KVCache, count: Int) {
    precondition(count <= other.count && count <= capacity)
    for (mine, theirs) in zip(keys + values, other.keys + other.values) {
      mine.rows(0..<count).copy(from: theirs.rows(0..<count))
    }
    self.count = count
  }

  /// Bytes that a token takes in a model of that configuration.
  static func bytesPerToken(_ configuration: Configuration) -> Int {
    2 * configuration.layers * configuration.keyValueWidth * MemoryLayout<Float>.stride
  }
}
