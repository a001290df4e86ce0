#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Floats in memory that never moves, aligned for SIMD. Zero at first.
///
/// Unchecked: who holds a buffer decides who writes it; Engine's methods are called from one thread at a time, and
/// the workers write disjoint places.
package final class FloatBuffer: @unchecked Sendable {
  package let base: UnsafeMutablePointer<Float>
  package let count: Int

  private let mapped: Bool

  package init(_ count: Int) {
    precondition(count >= 0)
    self.count = count
    let bytes = Self.bytes(count)
    // Large buffers come straight from the system: zero, touched only when used, and given back when freed.
    mapped = bytes >= Self.largeBytes
    var raw: UnsafeMutableRawPointer?
    if mapped {
      raw = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
      if raw == MAP_FAILED { raw = nil }
    } else if posix_memalign(&raw, 64, bytes) == 0, let raw {
      memset(raw, 0, bytes)
    }
    guard let raw else { preconditionFailure("out of memory: \(bytes) bytes") }
    #if os(Linux)
      if mapped { madvise(raw, bytes, Int32(MADV_HUGEPAGE)) }
    #endif
    base = raw.bindMemory(to: Float.self, capacity: max(1, count))
  }

  deinit {
    if mapped { munmap(base, Self.bytes(count)) } else { free(base) }
  }

  private static let largeBytes = 1 << 20

  private static func bytes(_ count: Int) -> Int { max(64, count * MemoryLayout<Float>.stride) }

  /// The whole buffer as a matrix of `columns` a row.
  package func matrix(columns: Int) -> Matrix {
    Matrix(
      owner: self, base: base, rows: columns == 0 ? 0 : count / columns, columns: columns,
      stride: columns)
  }
}

/// A view of (rows, columns) floats, row major, `stride` floats from row to row. The one view that Storage lends;
/// it keeps its buffer alive.
package struct Matrix: @unchecked Sendable {
  private let owner: FloatBuffer
  let base: UnsafeMutablePointer<Float>
  package let rows: Int
  package let columns: Int
  package let stride: Int

  init(owner: FloatBuffer, base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int)
  {
    self.owner = owner
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// A fresh matrix of zeros.
  package init(rows: Int, columns: Int) {
    self = FloatBuffer(rows * columns).matrix(columns: max(1, columns)).resized(rows, columns)
  }

  /// The first rows × columns numbers of a contiguous matrix, as that shape.
  func reshaped(_ rows: Int, _ columns: Int) -> Matrix {
    precondition(stride == self.columns && rows * columns <= self.rows * self.columns)
    return resized(rows, columns)
  }

  private func resized(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(owner: owner, base: base, rows: rows, columns: columns, stride: max(1, columns))
  }

  /// The rows of `range`.
  package func rows(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return Matrix(
      owner: owner, base: base + range.lowerBound * stride, rows: range.count, columns: columns,
      stride: stride)
  }

  /// The columns of `range`.
  package func columns(_ range: Range<Int>) -> Matrix {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) of \(columns)")
    return Matrix(
      owner: owner, base: base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// One row's numbers as `rows` rows.
  package func folded(rows: Int) -> Matrix {
    precondition(self.rows == 1 && columns % rows == 0)
    return Matrix(
      owner: owner, base: base, rows: rows, columns: columns / rows, stride: columns / rows)
  }

  /// Columns `range` of row `index`, as a matrix of one column.
  package func rowAsColumn(_ index: Int, _ range: Range<Int>) -> Matrix {
    precondition(index >= 0 && index < rows && range.upperBound <= columns)
    return Matrix(
      owner: owner, base: base + index * stride + range.lowerBound, rows: range.count, columns: 1,
      stride: 1)
  }

  /// The matrix as frozen fp32 weights. Its rows must be contiguous.
  package var weights: WeightMatrix {
    precondition(stride == columns)
    return WeightMatrix(
      format: .f32, rows: rows, columns: columns,
      bytes: UnsafeRawBufferPointer(start: base, count: rows * columns * 4), owner: owner)
  }

  /// Row `index` as an array.
  package func row(_ index: Int) -> [Float] {
    precondition(index >= 0 && index < rows)
    return Array(UnsafeBufferPointer(start: base + index * stride, count: columns))
  }

  /// All numbers, row by row.
  package var numbers: [Float] { (0..<rows).flatMap(row) }

  /// Writes `numbers` to row `index`.
  package func setRow(_ index: Int, _ numbers: [Float]) {
    precondition(index >= 0 && index < rows && numbers.count == columns)
    for (column, number) in numbers.enumerated() { base[index * stride + column] = number }
  }

  /// One element.
  package subscript(row: Int, column: Int) -> Float {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      return base[row * stride + column]
    }
    nonmutating set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      base[row * stride + column] = newValue
    }
  }

  /// Lends row `index` to be read.
  package func withRow<R>(_ index: Int, _ body: (UnsafeBufferPointer<Float>) -> R) -> R {
    precondition(index >= 0 && index < rows)
    return body(UnsafeBufferPointer(start: base + index * stride, count: columns))
  }

  /// Copies the same shape from `other`.
  package func copy(from other: Matrix) {
    precondition(rows == other.rows && columns == other.columns)
    for row in 0..<rows {
      (base + row * stride).update(from: other.base + row * other.stride, count: columns)
    }
  }

  /// Copies row `source` of `other` to row `row`.
  func copyRow(_ row: Int, from other: Matrix, _ source: Int) {
    rows(row..<row + 1).copy(from: other.rows(source..<source + 1))
  }

  /// Sets every number to zero.
  package func clear() {
    for row in 0..<rows { (base + row * stride).update(repeating: 0, count: columns) }
  }
}
