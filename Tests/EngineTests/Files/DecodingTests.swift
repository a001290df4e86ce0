import Engine
import Testing

@Suite("Block formats")
struct DecodingTests {
  /// Every path this machine has.
  static let paths = Set([Kernels.Path.scalar, Kernels.bestPath]).sorted {
    $0.rawValue < $1.rawValue
  }

  private func decode(_ format: TensorFormat, _ bytes: [UInt8], _ path: Kernels.Path) -> [Float] {
    // One byte off any alignment, as a file may have it.
    let shifted = [0] + bytes
    return shifted.withUnsafeBytes { buffer in
      format.floats(
        UnsafeRawBufferPointer(rebasing: buffer.dropFirst()),
        count: bytes.count / format.blockBytes * format.blockLength, path: path)
    }
  }

  /// Equal to the bit; which NaN it is does not count.
  private func differs(_ one: [Float], _ other: [Float]) -> Int? {
    guard one.count == other.count else { return min(one.count, other.count) }
    return one.indices.first {
      one[$0].bitPattern != other[$0].bitPattern && !(one[$0].isNaN && other[$0].isNaN)
    }
  }

  private func check(_ format: TensorFormat, _ bytes: [UInt8], _ path: Kernels.Path) {
    let (found, wanted) = (decode(format, bytes, path), PlainDecoder.decode(format, bytes))
    if let place = differs(found, wanted) {
      Issue.record("\(format.name) \(path), number \(place): \(found[place]), not \(wanted[place])")
    }
  }

  @Test(arguments: TensorFormat.allCases, paths)
  func randomBytesAreDecodedExactly(format: TensorFormat, path: Kernels.Path) {
    var random = SplitMix(seed: UInt64(format.rawValue) + 1)
    for blocks in [1, 2, 3, 7, 8, 9, 17, 64] {
      let bytes = (0..<blocks * format.blockBytes).map { _ in UInt8(random.below(256)) }
      check(format, bytes, path)
    }
  }

  @Test(arguments: TensorFormat.allCases, paths)
  func extremeScalesAreDecodedExactly(format: TensorFormat, path: Kernels.Path) {
    let halves: [UInt16] = [
      0x0000, 0x8000, 0x0001, 0x83ff, 0x0400, 0x3c00, 0x7bff, 0xfbff, 0x7c00, 0xfc00, 0x7e00,
      0x7c01, 0xfdff,
    ]
    for half in halves {
      for filler: UInt8 in [0x00, 0x0f, 0x7f, 0x80, 0xf0, 0xff] {
        var bytes = [UInt8](repeating: filler, count: format.blockBytes)
        let places =
          switch format {
          case .q4_1, .q5_1, .q4_K, .q5_K: [0, 2]
          case .q6_K: [208]
          case .f32: [2]
          default: [0]
          }
        for place in places {
          (bytes[place], bytes[place + 1]) = (UInt8(half & 0xff), UInt8(half >> 8))
        }
        check(format, bytes, path)
      }
    }
  }

  @Test(arguments: [TensorFormat.f16, .bf16], paths)
  func allHalvesAreDecodedExactly(format: TensorFormat, path: Kernels.Path) {
    check(
      format, (0...UInt16.max).flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }, path)
  }

  /// Blocks with few bytes set, and the numbers they stand for worked out by hand.
  struct Known: Sendable, CustomTestStringConvertible {
    var format: TensorFormat
    var bytes: [Int: UInt8]
    var numbers: [Int: Float]
    var testDescription: String { format.name }
  }

  static let known: [Known] = [
    Known(format: .f32, bytes: [2: 0x20, 3: 0xc1], numbers: [0: -10]),
    Known(format: .f16, bytes: [0: 0x01], numbers: [0: 0x1p-24]),
    Known(format: .f16, bytes: [0: 0xff, 1: 0x7b], numbers: [0: 65504]),
    Known(format: .f16, bytes: [1: 0xc0], numbers: [0: -2]),
    Known(format: .bf16, bytes: [0: 0x40, 1: 0xc0], numbers: [0: -3]),
    // d = 0.5: (15 - 8) / 2 and (1 - 8) / 2.
    Known(format: .q4_0, bytes: [1: 0x38, 2: 0x1f], numbers: [0: 3.5, 16: -3.5, 1: -4]),
    // d = 0.5, m = -1.
    Known(
      format: .q4_1, bytes: [1: 0x38, 3: 0xbc, 4: 0x2a], numbers: [0: 4, 16: 0, 31: -1]),
    // d = 2; fifth bits of numbers 0 and 17.
    Known(
      format: .q5_0, bytes: [1: 0x40, 2: 0x01, 4: 0x02, 6: 0x35, 7: 0x40],
      numbers: [0: 10, 1: -32, 16: -26, 17: 8]),
    // The same with m = 1.
    Known(
      format: .q5_1, bytes: [1: 0x40, 3: 0x3c, 4: 0x01, 6: 0x02, 8: 0x35, 9: 0x40],
      numbers: [0: 43, 1: 1, 16: 7, 17: 41]),
    // d = 0.25.
    Known(format: .q8_0, bytes: [1: 0x34, 2: 0x80, 33: 0x7f], numbers: [0: -32, 31: 31.75, 5: 0]),
    // d = 1, dmin = 0.5; sub-block 0: scale 3, minimum 2; sub-block 5: scale 17, minimum 34.
    Known(
      format: .q4_K,
      bytes: [
        1: 0x3c, 3: 0x38, 4: 0x03, 8: 0x02, 13: 0x21, 5: 0x40, 9: 0x80, 16: 0x0a, 16 + 71: 0xc0,
      ],
      numbers: [0: 29, 1: -1, 32: 0, 160 + 7: 187, 128 + 7: 0]),
    // The same scales; fifth bits of numbers 0 and 167.
    Known(
      format: .q5_K,
      bytes: [
        1: 0x3c, 3: 0x38, 4: 0x03, 8: 0x02, 13: 0x21, 5: 0x40, 9: 0x80, 16: 0x01, 23: 0x20,
        48: 0x0a, 48 + 71: 0xc0,
      ],
      numbers: [0: 77, 1: -1, 160 + 7: 459, 128 + 7: 0]),
    // d = 0.5; scales 0, 2, 7 and 12.
    Known(
      format: .q6_K,
      bytes: [
        209: 0x38, 192: 2, 194: 0xff, 199: 4, 204: 1, 0: 0x05, 128: 0x0b, 32: 0x0f, 49: 0xa0,
        145: 0x40, 64: 0x70,
      ],
      numbers: [0: 21, 32: -7.5, 96 + 17: -12, 128 + 64: -12.5, 16: 0]),
  ]

  @Test(arguments: known, paths)
  func knownBlocks(block: Known, path: Kernels.Path) {
    var bytes = [UInt8](repeating: 0, count: block.format.blockBytes)
    for (place, byte) in block.bytes { bytes[place] = byte }
    let found = decode(block.format, bytes, path)
    let plain = PlainDecoder.decode(block.format, bytes)
    for (place, number) in block.numbers {
      #expect(found[place] == number, "number \(place)")
      #expect(plain[place] == number, "number \(place) of the plain decoder")
    }
  }
}
