/// How the examples of a step are cut into batches that are computed at once: by the items and the model alone, so that
/// the same step always adds up in the same order.
package enum MicroBatches {
  /// Runs of items that fit `limit` rows together, as few as can be and about equally large; a longer item stands alone.
  package static func groups(_ items: [TrainingItem], limit: Int) -> [Range<Int>] {
    var best = fill(items, limit)
    // Small products are slow ones: the least limit that needs no more batches leaves no small rest.
    var (low, high) = (limit / 2, limit)
    while best.count > 1, high - low > max(1, limit / 64) {
      let middle = (low + high) / 2
      let groups = fill(items, middle)
      if groups.count > best.count { low = middle } else { (best, high) = (groups, middle) }
    }
    return best
  }

  private static func fill(_ items: [TrainingItem], _ limit: Int) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var start = 0
    while start < items.count {
      var end = start + 1
      while end < items.count, PackedItems.rows(items[start...end].flatMap(\.sequences)) <= limit {
        end += 1
      }
      groups.append(start..<end)
      start = end
    }
    return groups
  }
}

extension Model {
  /// What the tape of a batch may take, in bytes.
  private static let tapeBytes = 448 << 20
  /// Fewer rows than these make slow products; more gain nothing.
  private static let usefulRows = 256...2048

  /// The most rows of a batch whose tape is kept from layer `lowest` up.
  func tapeRows(from lowest: Int) -> Int {
    let row = Block.tapeNumbers(configuration) * MemoryLayout<Float>.stride
    let count = Self.tapeBytes / (row * max(1, configuration.layers - lowest))
    return min(max(count, Self.usefulRows.lowerBound), Self.usefulRows.upperBound)
  }
}
