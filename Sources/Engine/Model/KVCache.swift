/// Keys and values of one sequence, layer by layer, so that each token is computed once.
package final class KVCache {
  /// The longest sequence it holds.
  package let capacity: Int
  /// Tokens held.
  package internal(set) var count = 0
  private let headWidth: Int
  /// For each layer (heads * capacity, head width): a head's keys stand together, since attention reads them so.
  private let keys: [Matrix]
  private let values: [Matrix]

  /// An empty cache for `capacity` tokens.
  package init(_ configuration: Configuration, capacity: Int) {
    self.capacity = capacity
    headWidth = configuration.headWidth
    let rows = capacity * configuration.keyValueHeads
    keys = (0..<configuration.layers).map { _ in
      Matrix(rows: rows, columns: configuration.headWidth)
    }
    values = (0..<configuration.layers).map { _ in
      Matrix(rows: rows, columns: configuration.headWidth)
    }
  }

  /// One head's keys (capacity, head width).
  func keys(_ layer: Int, _ head: Int) -> Matrix { part(keys[layer], head) }

  /// One head's values (capacity, head width).
  func values(_ layer: Int, _ head: Int) -> Matrix { part(values[layer], head) }

  private func part(_ matrix: Matrix, _ head: Int) -> Matrix {
    matrix.rows(head * capacity..<(head + 1) * capacity)
  }

  /// Keeps k and v (tokens, key-value width) of tokens from `position` on.
  func store(_ k: Matrix, _ v: Matrix, layer: Int, position: Int) {
    for head in 0..<k.columns / headWidth {
      let columns = head * headWidth..<(head + 1) * headWidth
      let places = position..<position + k.rows
      keys(layer, head).rows(places).copy(from: k.columns(columns))
      values(layer, head).rows(places).copy(from: v.columns(columns))
    }
  }

  /// Begins with the first `count` tokens of another cache.
  func begin(with other: KVCache, count: Int) {
    precondition(count <= other.count && count <= capacity)
    for (mine, theirs) in zip(keys + values, other.keys + other.values) where capacity > 0 {
      for head in 0..<mine.rows / capacity {
        part(mine, head).rows(0..<count).copy(from: other.part(theirs, head).rows(0..<count))
      }
    }
    self.count = count
  }

  /// Bytes that a token takes in a model of that configuration.
  static func bytesPerToken(_ configuration: Configuration) -> Int {
    2 * configuration.layers * configuration.keyValueWidth * MemoryLayout<Float>.stride
  }
}
