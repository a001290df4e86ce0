import Engine

/// Block formats decoded slowly, from their description alone: what each number is, one at a time.
///
/// Source: the block structs of ggml's ggml-common.h and the sums of its dequantize_row_*.
enum PlainDecoder {
  static func decode(_ format: TensorFormat, _ bytes: [UInt8]) -> [Float] {
    stride(from: 0, to: bytes.count, by: format.blockBytes).flatMap { start in
      let block = Array(bytes[start..<start + format.blockBytes])
      return (0..<format.blockLength).map { number($0, of: block, format) }
    }
  }

  /// An IEEE half from its definition: sign, 2^(e - 15), 1.f, or 2^-14 times 0.f.
  static func half(_ low: UInt8, _ high: UInt8) -> Float {
    let exponent = Int(high >> 2 & 31)
    let fraction = Float(UInt16(high & 3) << 8 | UInt16(low)) / 1024
    let sign: Float = high & 0x80 == 0 ? 1 : -1
    switch exponent {
    case 0: return sign * fraction * 0x1p-14
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      let power = Float(sign: .plus, exponent: exponent - 15, significand: 1)
      return sign * power * (1 + fraction)
    }
  }

  private static func number(_ i: Int, of b: [UInt8], _ format: TensorFormat) -> Float {
    switch format {
    case .f32:
      Float(bitPattern: b.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    case .f16: half(b[0], b[1])
    case .bf16: Float(bitPattern: UInt32(b[0]) << 16 | UInt32(b[1]) << 24)
    case .q4_0: Float(nibble(i, b, 2) - 8) * half(b[0], b[1])
    case .q4_1: Float(nibble(i, b, 4)) * half(b[0], b[1]) + half(b[2], b[3])
    case .q5_0: Float(nibble(i, b, 6) + 16 * bit(i, b, 2) - 16) * half(b[0], b[1])
    case .q5_1:
      Float(nibble(i, b, 8) + 16 * bit(i, b, 4)) * half(b[0], b[1]) + half(b[2], b[3])
    case .q8_0: Float(Int8(bitPattern: b[2 + i])) * half(b[0], b[1])
    case .q4_K: k4(i, b, fifth: 0, nibbles: 16)
    case .q5_K: k4(i, b, fifth: Int(b[16 + i % 32] >> (i / 32) & 1), nibbles: 48)
    case .q6_K: q6(i, b)
    }
  }

  /// Nibble `i` of 32 that start at byte `start`: the first 16 are the low halves.
  private static func nibble(_ i: Int, _ b: [UInt8], _ start: Int) -> Int {
    Int(i < 16 ? b[start + i] & 15 : b[start + i - 16] >> 4)
  }

  private static func bit(_ i: Int, _ b: [UInt8], _ start: Int) -> Int {
    Int(b[start + i / 8] >> (i % 8) & 1)
  }

  private static func k4(_ i: Int, _ b: [UInt8], fifth: Int, nibbles: Int) -> Float {
    let block = i / 32
    let packed = Array(b[4..<16])
    let (scale, minimum): (UInt8, UInt8) =
      block < 4
      ? (packed[block] & 63, packed[block + 4] & 63)
      : (
        packed[block + 4] & 15 | (packed[block - 4] >> 6) << 4,
        packed[block + 4] >> 4 | (packed[block] >> 6) << 4
      )
    let byte = b[nibbles + block / 2 * 32 + i % 32]
    let q = Int(block % 2 == 0 ? byte & 15 : byte >> 4) + 16 * fifth
    let d = half(b[0], b[1]) * Float(scale)
    let m = half(b[2], b[3]) * Float(minimum)
    return d * Float(q) - m
  }

  private static func q6(_ i: Int, _ b: [UInt8]) -> Float {
    let part = i / 128
    let quarter = i % 128 / 32
    let low = b[64 * part + quarter % 2 * 32 + i % 32]
    let high = b[128 + 32 * part + i % 32] >> (2 * quarter) & 3
    let q = Int(quarter < 2 ? low & 15 : low >> 4) + 16 * Int(high) - 32
    let scale = Int8(bitPattern: b[192 + i / 16])
    return half(b[208], b[209]) * Float(scale) * Float(q)
  }
}
