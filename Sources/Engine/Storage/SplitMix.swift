/// A small seeded generator (Steele, Lea & Flood 2014, SplitMix64): every random choice takes one.
public struct SplitMix: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator whose draws depend on `seed` alone.
  public init(seed: UInt64) { state = seed }

  /// A generator for one purpose: seeds and streams that differ anywhere give unrelated draws.
  public init(seed: UInt64, stream: UInt64) {
    var mixer = SplitMix(seed: seed)
    state = mixer.next() ^ (stream &* 0x9E37_79B9_7F4A_7C15)
    _ = next()
  }

  /// 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in [0, 1).
  public mutating func unit() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// A whole number below `bound`, which is above 0.
  public mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// `items` in random order (Fisher and Yates).
  public mutating func shuffled<T>(_ items: [T]) -> [T] {
    var items = items
    for last in stride(from: items.count - 1, to: 0, by: -1) {
      items.swapAt(last, below(last + 1))
    }
    return items
  }
}
