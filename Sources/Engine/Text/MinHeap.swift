/// A binary min-heap of 64-bit keys: what to do first in the high bits, where in the low ones.
struct MinHeap {
  private var keys: [UInt64] = []

  var isEmpty: Bool { keys.isEmpty }

  mutating func removeAll() { keys.removeAll(keepingCapacity: true) }

  /// - Complexity: O(log n)
  mutating func push(_ key: UInt64) {
    keys.append(key)
    var child = keys.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard keys[parent] > key else { break }
      keys[child] = keys[parent]
      child = parent
    }
    keys[child] = key
  }

  /// The smallest key, taken out; `nil` where the heap is empty.
  /// - Complexity: O(log n)
  mutating func pop() -> UInt64? {
    guard let smallest = keys.first, let moved = keys.popLast() else { return nil }
    let count = keys.count
    guard count > 0 else { return smallest }
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < count else { break }
      if child + 1 < count, keys[child + 1] < keys[child] { child += 1 }
      guard keys[child] < moved else { break }
      keys[parent] = keys[child]
      parent = child
    }
    keys[parent] = moved
    return smallest
  }
}
