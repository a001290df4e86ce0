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

  /// Where a layer's keys of one head begin, or, `heads` further on, its values.
  private func start(_ layer: Int, _ index: Int) -> Int { (2 * heads * layer + index) * capacity }

  /// The first `count` of one head's keys and values, as they are kept.
  func kept(_ layer: Int, _ head: Int, count: Int) -> Kernels.Seen {
    precondition(count <= capacity)
    let (keys, values) = (start(layer, head), start(layer, heads + head))
    return Kernels.Seen(
      keys: numbers.rows(keys..<keys + count), values: numbers.rows(values..<values + count),
      areHalves: digits == .half)
  }

  /// The first `count` of one head's keys and of its values (count, head width). Where they are kept as halves, they are
  /// made floats in `scratch`, (1, 2 · count · head width).
  func seen(
    _ layer: Int, _ head: Int, count: Int, kernels: Kernels, scratch: Matrix?
  ) -> (keys: Matrix, values: Matrix) {
    let kept = kept(layer, head, count: count)
    guard kept.areHalves else { return (kept.keys, kept.values) }
    guard let scratch else { preconditionFailure("halves are widened first") }
    let lent = scratch.folded(rows: 2 * count)
    let wide = (keys: lent.rows(0..<count), values: lent.rows(count..<2 * count))
    kernels.widen(kept.keys, into: wide.keys)
    kernels.widen(kept.values, into: wide.values)
    return wide
  }

  /// Keeps k and v (tokens, key-value width) of tokens from `position` on. Disjoint tokens may be kept at once.
  func store(_ k: Matrix, _ v: Matrix, layer: Int, position: Int, kernels: Kernels) {
    precondition(position >= 0 && position + k.rows <= capacity)
    keep(k, from: start(layer, 0) + position, kernels)
    keep(v, from: start(layer, heads) + position, kernels)
  }

  /// Each head's columns of `x`, the first head's from row `first` on.
  private func keep(_ x: Matrix, from first: Int, _ kernels: Kernels) {
    if digits == .half {
      return kernels.halve(x, parts: heads, into: numbers, first: first, apart: capacity)
    }
    for head in 0..<heads {
      let row = first + head * capacity
      numbers.rows(row..<row + x.rows).copy(
        from: x.columns(head * headWidth..<(head + 1) * headWidth))
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
