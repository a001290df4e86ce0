/// Keys and values of one sequence, layer by layer, so that each token is computed once.
package final class KVCache {
  /// How its numbers are kept.
  package enum Digits: Sendable {
    /// As they were computed.
    case all
    /// As 16-bit floats (IEEE 754 binary16), for replies: half of what attention reads, and an error far below that of
    /// their rounded products.
    case half
  }

  /// The longest sequence it holds.
  package let capacity: Int
  package let digits: Digits
  /// Tokens held.
  package internal(set) var count = 0
  private let heads: Int
  private let headWidth: Int
  /// (layers · 2 · heads · capacity, floats that a head's numbers take): a head's keys stand together, since attention
  /// reads them so; and all in one piece, which gets large pages.
  private let numbers: Matrix

  /// An empty cache for `capacity` tokens.
  package init(_ configuration: Configuration, capacity: Int, digits: Digits) {
    self.capacity = capacity
    self.digits = digits
    heads = configuration.keyValueHeads
    headWidth = configuration.headWidth
    numbers = Matrix(
      rows: configuration.layers * 2 * heads * capacity, columns: Self.floats(headWidth, digits))
  }

  private static func floats(_ headWidth: Int, _ digits: Digits) -> Int {
    digits == .half ? (headWidth + 1) / 2 : headWidth
  }

  private func part(_ layer: Int, _ index: Int) -> Matrix {
    let first = (2 * heads * layer + index) * capacity
    return numbers.rows(first..<first + capacity)
  }

  /// The first `count` of one head's keys and of its values (count, head width). Where they are kept as halves, they are
  /// made floats in `scratch`, (1, 2 · count · head width).
  func seen(
    _ layer: Int, _ head: Int, count: Int, kernels: Kernels, scratch: Matrix?
  ) -> (keys: Matrix, values: Matrix) {
    let keys = part(layer, head).rows(0..<count)
    let values = part(layer, heads + head).rows(0..<count)
    guard digits == .half else { return (keys, values) }
    guard let scratch else { preconditionFailure("halves are widened first") }
    let lent = scratch.folded(rows: 2 * count)
    let wide = (keys: lent.rows(0..<count), values: lent.rows(count..<2 * count))
    kernels.widen(keys, into: wide.keys)
    kernels.widen(values, into: wide.values)
    return wide
  }

  /// Keeps k and v (tokens, key-value width) of tokens from `position` on. Disjoint tokens may be kept at once.
  func store(_ k: Matrix, _ v: Matrix, layer: Int, position: Int, kernels: Kernels) {
    let places = position..<position + k.rows
    for head in 0..<heads {
      let columns = head * headWidth..<(head + 1) * headWidth
      for (source, index) in [(k, head), (v, heads + head)] {
        let target = part(layer, index).rows(places)
        switch digits {
        case .all: target.copy(from: source.columns(columns))
        case .half: kernels.halve(source.columns(columns), into: target)
        }
      }
    }
  }

  /// Begins with the first `count` tokens of another cache of the same model and digits.
  func begin(with other: KVCache, count: Int) {
    precondition(count <= other.count && count <= capacity && digits == other.digits)
    for start in 0..<(capacity > 0 ? numbers.rows / capacity : 0) {
      let (mine, theirs) = (start * capacity, start * other.capacity)
      numbers.rows(mine..<mine + count).copy(from: other.numbers.rows(theirs..<theirs + count))
    }
    self.count = count
  }

  /// Bytes that a token takes in a model of that configuration.
  static func bytesPerToken(_ configuration: Configuration, digits: Digits) -> Int {
    2 * configuration.layers * configuration.keyValueHeads * floats(configuration.headWidth, digits)
      * MemoryLayout<Float>.stride
  }
}

extension Compute.Order {
  /// How the keys and values of sequences computed in this order are kept.
  var keptDigits: KVCache.Digits {
    if case .rounded = self { .half } else { .all }
  }
}
