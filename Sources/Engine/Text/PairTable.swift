/// A map from a pair of small numbers to a small number: open addressing with linear probing.
///
/// Merge rules (two tokens → rank) and the special tokens' trie (node, byte → node) are looked up
/// here millions of times, and both are built while the person waits for the first prompt.
struct PairTable: Sendable {
  /// No value; also what marks an empty slot.
  static let none: Int32 = -1

  private var keys: [UInt64]
  private var values: [Int32]
  private let shift: UInt64

  /// A table for up to `capacity` pairs.
  init(capacity: Int) {
    var bits: UInt64 = 4
    while (1 << bits) < capacity * 2 { bits += 1 }
    keys = Array(repeating: 0, count: 1 << bits)
    values = Array(repeating: Self.none, count: 1 << bits)
    shift = 64 - bits
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// The slot that holds `key`, or the empty one where it belongs.
  private func slot(of key: UInt64) -> Int {
    // Fibonacci hashing: the high bits of the product depend on every bit of the key.
    var slot = Int((key &* 0x9E37_79B9_7F4A_7C15) >> shift)
    while values[slot] != Self.none, keys[slot] != key { slot = (slot + 1) & (keys.count - 1) }
    return slot
  }

  /// The pair's value, or `none`.
  func value(_ left: Int32, _ right: Int32) -> Int32 { values[slot(of: Self.key(left, right))] }

  /// Stores `value` (not negative) unless the pair has one: the first stays.
  mutating func insert(_ left: Int32, _ right: Int32, _ value: Int32) {
    let key = Self.key(left, right)
    let slot = slot(of: key)
    guard values[slot] == Self.none else { return }
    keys[slot] = key
    values[slot] = value
  }
}
