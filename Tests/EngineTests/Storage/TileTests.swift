import Engine
import Testing

/// Products of rounded rows with re-laid weights.
@Suite("Products of rounded rows")
struct TileTests {
  static let formats = [TensorFormat.q4_0, .q4_1, .q8_0]

  private func multiply(
    _ x: Matrix, _ weights: WeightMatrix, _ rounding: Kernels.Rounding = .eight,
    path: Kernels.Path, threads: Int = 2
  ) -> Matrix {
    let y = Matrix(rows: x.rows, columns: weights.rows)
    Compute(threads: threads, path: path)
      .multiply(x, [Product(weights: weights, y: y)], order: .rounded(rounding))
    return y
  }

  /// The same in double precision: x rounded as the layout says, weights as their format says.
  private func expected(
    _ x: Matrix, _ weights: WeightMatrix, _ rounding: Kernels.Rounding = .eight
  ) -> [[Double]] {
    let limit: Float = rounding == .eight ? 127.45 : 32639
    let plain = Matrix(rows: weights.rows, columns: weights.columns)
    let kernels = Kernels(path: .scalar)
    for row in 0..<weights.rows { kernels.decodeRow(weights, row, into: plain, row: row) }
    let rounded: [[Double]] = (0..<x.rows).map { row in
      let numbers = x.row(row)
      return stride(from: 0, to: numbers.count, by: 32).flatMap { start in
        let block = numbers[start..<start + 32]
        let most = block.map(abs).max() ?? 0
        guard most > 1e-30 else { return [Double](repeating: 0, count: 32) }
        let inverse = limit / most
        return block.map {
          Double(($0 * inverse).rounded(.toNearestOrEven)) * Double(most / limit)
        }
      }
    }
    return rounded.map { numbers in
      (0..<plain.rows).map { row in
        zip(numbers, plain.row(row)).reduce(0.0) { $0 + $1.0 * Double($1.1) }
      }
    }
  }

  static let roundings = [Kernels.Rounding.eight, .sixteen]

  @Test(arguments: Kernels.paths, roundings)
  func productsOfEveryFormat(path: Kernels.Path, rounding: Kernels.Rounding) {
    for format in Self.formats { products(path, rounding, format) }
  }

  private func products(
    _ path: Kernels.Path, _ rounding: Kernels.Rounding, _ format: TensorFormat
  ) {
    var random = SplitMix(seed: UInt64(format.rawValue) + 17)
    let weights = random.weights(format, 43, 288)
    let x = random.matrix(7, 288)
    x.setRow(3, [Float](repeating: 0, count: 288))
    x.setRow(5, x.row(5).map { $0 * 1e-35 })
    let found = multiply(x, weights, rounding, path: path)
    let expected = expected(x, weights, rounding)
    let largest = expected.flatMap { $0.map(abs) }.max() ?? 1
    for row in 0..<7 {
      for column in 0..<43 {
        #expect(abs(Double(found[row, column]) - expected[row][column]) < 1e-5 * largest)
      }
    }
    #expect(found.row(3).allSatisfy { $0 == 0 })
  }

  @Test(arguments: Kernels.paths, roundings)
  func aRowAloneEqualsTheRowInCompanyForAnyThreads(path: Kernels.Path, rounding: Kernels.Rounding) {
    for format in Self.formats { company(path, rounding, format) }
  }

  private func company(
    _ path: Kernels.Path, _ rounding: Kernels.Rounding, _ format: TensorFormat
  ) {
    var random = SplitMix(seed: 4)
    let weights = random.weights(format, 70, 256)
    let x = random.matrix(139, 256)
    let together = multiply(x, weights, rounding, path: path, threads: 3)
    #expect(together.numbers == multiply(x, weights, rounding, path: path, threads: 1).numbers)
    for row in [0, 5, 63, 137, 138] {
      let alone = multiply(x.rows(row..<row + 1), weights, rounding, path: path)
      #expect(alone.row(0) == together.row(row))
    }
  }

  @Test(arguments: formats, roundings)
  func pathsWithFusedMultiplyAddAgreeToTheByte(
    format: TensorFormat, rounding: Kernels.Rounding
  ) {
    var random = SplitMix(seed: 8)
    let weights = random.weights(format, 64, 512)
    let x = random.matrix(5, 512)
    let fused = Kernels.paths.filter { $0 != .scalar }.map {
      multiply(x, weights, rounding, path: $0).numbers
    }
    for numbers in fused.dropFirst() { #expect(numbers == fused[0]) }
  }

  @Test(arguments: Kernels.paths)
  func smallScalesOfQ4_0KeepTheirMinimum(path: Kernels.Path) {
    // d as a half: normal, the smallest normal, two below it, zero, and negative ones.
    let scales: [UInt16] = [0x2C00, 0x0400, 0x03FF, 0x0001, 0, 0xAC01, 0x8201, 0x8000]
    let bytes = FloatBuffer(8 * 18 / 4)
    let raw = UnsafeMutableRawBufferPointer(start: bytes.base, count: 8 * 18)
    for (row, scale) in scales.enumerated() {
      raw[row * 18] = UInt8(scale & 0xFF)
      raw[row * 18 + 1] = UInt8(scale >> 8)
      for byte in 2..<18 { raw[row * 18 + byte] = UInt8((row * 16 + byte * 29) & 0xFF) }
    }
    let weights = WeightMatrix(
      format: .q4_0, rows: 8, columns: 32, bytes: UnsafeRawBufferPointer(raw), owner: bytes)
    let x = Matrix(rows: 1, columns: 32)
    x.setRow(0, (0..<32).map { Float($0 * 8 - 121) })
    let found = multiply(x, weights, path: path)
    for (column, number) in expected(x, weights)[0].enumerated() {
      #expect(near(Double(found[0, column]), number, relative: 1e-5, absolute: 1e-12))
    }
  }
}
