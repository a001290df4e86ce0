/// Decoding many rows: each thread takes some of them through the whole model, and meets the others once a token.
///
/// Splitting a product's columns makes all threads meet a dozen times a layer, and each then waits for what the others
/// wrote. With enough rows it is faster that every thread reads all weights, behind its rows' arithmetic.
extension Model {
  /// The rows of a step that each thread takes, or all in one where threads had better share products.
  package func rowShares(_ count: Int) -> [Range<Int>] {
    let threads = compute.workers.threads
    // A thread's reading grows with their number, since the memory is one: so must the rows that hide it.
    guard threads > 1, count >= 2 * threads * threads else { return [0..<count] }
    // Kernels take rows by fours and twos.
    let share = ((count + threads - 1) / threads + 1) & ~1
    return stride(from: 0, to: count, by: share).map { $0..<min(count, $0 + share) }
  }

  /// This model for each thread alone, with all that a step in `order` writes made ready: positions below `length`.
  func singles(_ order: Compute.Order, length: Int) -> [Model] {
    rope.fill(to: length)
    if case .rounded = order, !hasTiles {
      for weights in weights.blocks.flatMap(\.projections) + [weights.head] {
        _ = weights.tiles(compute)
      }
      hasTiles = true
    }
    if singles.isEmpty {
      singles = (0..<compute.workers.threads).map { _ in Model(like: self) }
    }
    return singles
  }
}
