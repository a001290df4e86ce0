import Engine

extension SplitMix {
  /// A number in about [-1, 1).
  mutating func signed() -> Float { 2 * unit() - 1 }

  /// A matrix of random numbers.
  mutating func matrix(_ rows: Int, _ columns: Int, scale: Float = 1) -> Matrix {
    let matrix = Matrix(rows: rows, columns: columns)
    for row in 0..<rows { matrix.setRow(row, (0..<columns).map { _ in scale * signed() }) }
    return matrix
  }

  /// Random weights in a block format: random bytes, with half-precision scales that are small numbers.
  mutating func weights(_ format: TensorFormat, _ rows: Int, _ columns: Int) -> WeightMatrix {
    let count = rows * columns / format.blockLength * format.blockBytes
    let buffer = FloatBuffer((count + 3) / 4)
    let bytes = UnsafeMutableRawBufferPointer(start: buffer.base, count: buffer.count * 4)
    for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: next()) }
    func setHalf(_ place: Int) {
      bytes[place] = UInt8(truncatingIfNeeded: next())
      bytes[place + 1] = 0x20 | (bytes[place + 1] & 0x80)
    }
    for block in stride(from: 0, to: count, by: format.blockBytes) {
      switch format {
      case .f32:
        bytes.storeBytes(of: signed(), toByteOffset: block, as: Float.self)
      case .f16, .bf16: setHalf(block)
      case .q4_0, .q5_0, .q8_0: setHalf(block)
      case .q4_1, .q5_1, .q4_K, .q5_K:
        setHalf(block)
        setHalf(block + 2)
      case .q6_K: setHalf(block + 208)
      }
    }
    return WeightMatrix(
      format: format, rows: rows, columns: columns, bytes: UnsafeRawBufferPointer(bytes),
      owner: buffer)
  }
}

/// The largest difference between two matrices.
func distance(_ a: Matrix, _ b: Matrix) -> Float {
  zip(a.numbers, b.numbers).map { abs($0 - $1) }.max() ?? 0
}
