/// What enters a layer, example by example. Nothing below the lowest adapted layer ever changes, so that from the second
/// epoch on a step starts there; it is the same to the byte as what would be computed again.
///
/// Belongs to one model. Where the budget is full, entries that the present burst has not used make room, the longest
/// unused first; those that it has used stay, since going round and round over too many examples would drop each just
/// before its turn.
package final class TrunkCache {
  private struct Key: Hashable {
    var layer: Int
    var tokens: [Token]
  }

  private struct Entry {
    /// (tokens, width)
    var activations: Matrix
    var burst: Int
  }

  /// The most bytes of activations.
  package let budget: Int
  /// Bytes of activations held.
  package private(set) var bytes = 0
  private var entries: [Key: Entry] = [:]
  private var burst = 0

  package init(budget: Int = 256 << 20) { self.budget = budget }

  /// How many examples are held.
  package var count: Int { entries.count }

  /// From here on what was used before may be dropped.
  package func beginBurst() { burst += 1 }

  /// The activations (tokens, width) that enter `layer`, if they are held.
  package func activations(_ tokens: [Token], layer: Int) -> Matrix? {
    let key = Key(layer: layer, tokens: tokens)
    entries[key]?.burst = burst
    return entries[key]?.activations
  }

  /// Keeps activations, if there is room for them.
  package func keep(_ activations: Matrix, _ tokens: [Token], layer: Int) {
    let key = Key(layer: layer, tokens: tokens)
    guard entries[key] == nil, makeRoom(for: Self.bytes(activations)) else { return }
    entries[key] = Entry(activations: activations, burst: burst)
    bytes += Self.bytes(activations)
  }

  private func makeRoom(for wanted: Int) -> Bool {
    while bytes + wanted > budget {
      guard let oldest = entries.min(by: { $0.value.burst < $1.value.burst }),
        oldest.value.burst < burst
      else { return false }
      bytes -= Self.bytes(oldest.value.activations)
      entries[oldest.key] = nil
    }
    return true
  }

  private static func bytes(_ activations: Matrix) -> Int {
    activations.rows * activations.columns * MemoryLayout<Float>.stride
  }
}

extension Model {
  /// What enters `layer` (rows, width), in the arena: from the cache, or computed by the foundation and kept there.
  func trunk(_ items: [TrainingItem], in packed: PackedItems, below layer: Int) -> Matrix {
    let x = arena.take(packed.batch.tokens.count, configuration.width)
    var missing: [Int] = []
    for (index, item) in items.enumerated() {
      if let held = trunkCache.activations(item.tokens, layer: layer) {
        for row in 0..<held.rows {
          x.copyRow(packed.places[index].row(row), from: held, row)
        }
      } else {
        missing.append(index)
      }
    }
    guard !missing.isEmpty else { return x }
    arena.scope {
      let part = PackedItems(missing.map { items[$0] }, use: nil)
      let hidden = hiddenStates(part.batch, order: .panels, layers: 0..<layer)
      for (index, place) in zip(missing, part.places) {
        let tokens = items[index].tokens
        let fresh = Matrix(rows: tokens.count, columns: configuration.width)
        for row in tokens.indices {
          fresh.copyRow(row, from: hidden, place.row(row))
          x.copyRow(packed.places[index].row(row), from: hidden, place.row(row))
        }
        trunkCache.keep(fresh, tokens, layer: layer)
      }
    }
    return x
  }
}
