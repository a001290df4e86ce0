/// A vocabulary's index, from an entry's bytes to its token: open addressing, linear probing.
struct PieceTable: Sendable {
  /// The longest entry in bytes: nothing longer needs to be looked up.
  let longest: Int

  // All entries' bytes in one run: entries that lie apart would cost a cache miss for each look.
  private let bytes: [UInt8]
  /// Where each entry starts in `bytes`, and at the end where the last one ends.
  private let starts: [Int]
  private let slots: [Slot]

  /// One place of the table; empty where `token` is negative.
  private struct Slot {
    var hash: UInt32
    var token: Token
  }

  /// An index of `entries`; of equal entries the first is found, and empty ones never are.
  init(_ entries: [[UInt8]]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(entries.reduce(0) { $0 + $1.count })
    var starts: [Int] = []
    starts.reserveCapacity(entries.count + 1)
    var longest = 0
    for entry in entries {
      starts.append(bytes.count)
      bytes.append(contentsOf: entry)
      longest = max(longest, entry.count)
    }
    starts.append(bytes.count)

    var capacity = 16
    while capacity < entries.count * 2 { capacity *= 2 }
    var slots = [Slot](repeating: Slot(hash: 0, token: -1), count: capacity)
    for id in entries.indices {
      let range = starts[id]..<starts[id + 1]
      guard !range.isEmpty else { continue }
      let hash = Self.hash(bytes, range)
      let slot = Self.slot(of: hash, slots) { Self.equal(bytes, starts, $0, bytes, range) }
      if slots[slot].token < 0 { slots[slot] = Slot(hash: hash, token: Token(id)) }
    }
    self.bytes = bytes
    self.starts = starts
    self.slots = slots
    self.longest = longest
  }

  /// The token spelled by `text[range]`, if there is one.
  func token(_ text: [UInt8], _ range: Range<Int>) -> Token? {
    guard !range.isEmpty, range.count <= longest else { return nil }
    let hash = Self.hash(text, range)
    let slot = Self.slot(of: hash, slots) { Self.equal(bytes, starts, $0, text, range) }
    let token = slots[slot].token
    return token < 0 ? nil : token
  }

  /// The token spelled by all of `text`, if there is one.
  func token(_ text: [UInt8]) -> Token? { token(text, text.indices) }

  /// The slot that holds the entry of this hash that `matches`, or the empty one where it belongs.
  @inline(__always)
  private static func slot(of hash: UInt32, _ slots: [Slot], matches: (Int) -> Bool) -> Int {
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot].token >= 0 {
      if slots[slot].hash == hash, matches(Int(slots[slot].token)) { break }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  @inline(__always)
  private static func equal(
    _ bytes: [UInt8], _ starts: [Int], _ id: Int, _ text: [UInt8], _ range: Range<Int>
  ) -> Bool {
    let start = starts[id]
    guard starts[id + 1] - start == range.count else { return false }
    for offset in 0..<range.count where bytes[start + offset] != text[range.lowerBound + offset] {
      return false
    }
    return true
  }

  /// FNV-1a, its halves folded: http://www.isthe.com/chongo/tech/comp/fnv/
  private static func hash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01B3 }
    return UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
  }
}
