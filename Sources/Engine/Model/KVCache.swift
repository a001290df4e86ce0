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
}
