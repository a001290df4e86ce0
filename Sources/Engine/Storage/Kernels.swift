internal import CKernels

/// The C kernels behind matrix views: this file and its extensions alone import them. Shapes are checked here, once.
///
/// Every function runs on the calling thread; `Compute` splits work among threads.
package struct Kernels: Sendable {
  /// Which instructions are used.
  package enum Path: String, Sendable, CaseIterable { case scalar, avx2, vnni, neon }

  /// The instructions these kernels use.
  package let path: Path
  let code: kn_path

  /// Kernels on the best path of this machine, or on a given one (which the machine must have).
  package init(path: Path? = nil) {
    let path = path ?? Self.bestPath
    self.path = path
    code =
      switch path {
      case .scalar: kn_scalar
      case .avx2: kn_avx2
      case .vnni: kn_vnni
      case .neon: kn_neon
      }
  }

  /// The fastest path this machine has.
  package static var bestPath: Path {
    switch kn_best_path() {
    case kn_avx2: .avx2
    case kn_vnni: .vnni
    case kn_neon: .neon
    default: .scalar
    }
  }

  /// Every path this machine has, the plain one first.
  package static var paths: [Path] {
    switch bestPath {
    case .vnni: [.scalar, .avx2, .vnni]
    case let best: best == .scalar ? [best] : [.scalar, best]
    }
  }

  /// Says that this thread waits in a loop.
  static func pause() { kn_pause() }
}

// MARK: Matrix products

extension Kernels {
  /// c = a b (or a's transpose, times b), added to c if `accumulate`. a (m,k) or, transposed, (k,m); b (k,n); c (m,n).
  package func product(
    _ a: Matrix, transposed: Bool = false, _ b: Matrix, into c: Matrix, accumulate: Bool
  ) {
    let (m, k) = transposed ? (a.columns, a.rows) : (a.rows, a.columns)
    precondition(b.rows >= k && b.columns == c.columns && c.rows == m, "product of unlike shapes")
    kn_gemm(
      code, m, c.columns, k, a.base, transposed ? 1 : a.stride, transposed ? a.stride : 1, b.base,
      b.stride,
      c.base, c.stride, accumulate ? 1 : 0)
  }

  /// Rows `rows` of `weights`, decoded and transposed to panel[column][row].
  package func packRows(_ weights: WeightMatrix, _ rows: Range<Int>, into panel: Matrix) {
    precondition(
      panel.rows == weights.columns && panel.columns >= rows.count && panel.stride == panel.columns)
    kn_pack_rows(
      code, format(weights), rows.count, weights.columns,
      weights.base + rows.lowerBound * weights.rowBytes,
      weights.rowBytes, panel.base, panel.columns)
  }

  /// Columns `columns` (whole blocks) of rows `rows` of `weights`, decoded to panel[row][column].
  package func packColumns(
    _ weights: WeightMatrix, rows: Range<Int>, columns: Range<Int>, into panel: Matrix
  ) {
    precondition(
      panel.rows == rows.count && panel.columns == columns.count && panel.stride == panel.columns)
    let block = columns.lowerBound / weights.format.blockLength * weights.format.blockBytes
    kn_pack_columns(
      code, format(weights), rows.count, columns.count,
      weights.base + rows.lowerBound * weights.rowBytes + block, weights.rowBytes, panel.base)
  }

  /// One row of `weights`, decoded to row `row` of `target`.
  package func decodeRow(_ weights: WeightMatrix, _ index: Int, into target: Matrix, row: Int) {
    precondition(
      index >= 0 && index < weights.rows && target.columns == weights.columns && row < target.rows)
    kn_decode(
      code, format(weights), weights.columns, weights.base + index * weights.rowBytes,
      target.base + row * target.stride)
  }

  /// y[j][i] = row i of `weights` (for i in `rows`) times x's row j; in the order of decoding (see `Compute.Order`).
  package func rowsTimes(
    _ weights: WeightMatrix, _ rows: Range<Int>, _ x: Matrix, sums: Matrix, into y: Matrix
  ) {
    precondition(x.columns == weights.columns && y.columns == weights.rows && y.rows == x.rows)
    kn_matvec(
      code, format(weights), rows.count, weights.columns,
      weights.base + rows.lowerBound * weights.rowBytes,
      weights.rowBytes, x.rows, x.base, x.stride, sums.base, sums.stride, y.base + rows.lowerBound,
      y.stride)
  }

  /// Sums of each 32 numbers of each row of x, where x has whole blocks of 32.
  package func blockSums(_ x: Matrix, into sums: Matrix) {
    precondition(sums.rows == x.rows && sums.columns >= x.columns / 32)
    for row in 0..<x.rows {
      kn_block_sums(
        code, x.columns / 32 * 32, x.base + row * x.stride, sums.base + row * sums.stride)
    }
  }

  /// y = x transposed.
  package func transpose(_ x: Matrix, into y: Matrix) {
    precondition(y.rows >= x.columns && y.columns >= x.rows)
    kn_transpose(code, x.rows, x.columns, x.base, x.stride, y.base, y.stride)
  }

  /// Rows `rows` (at most eight) of `weights`, laid out as a tile at `tile`.
  func layTile(_ weights: WeightMatrix, _ rows: Range<Int>, into tile: UnsafeMutableRawPointer) {
    kn_lay_tile(
      format(weights), rows.count, weights.columns,
      weights.base + rows.lowerBound * weights.rowBytes, weights.rowBytes, tile)
  }

  /// The bits that a rounded number keeps.
  package enum Rounding: Sendable {
    case eight, sixteen

    /// Floats that a rounded row of `columns` numbers takes.
    func rowLength(_ columns: Int) -> Int { columns / 32 * (self == .eight ? 11 : 35) }

    fileprivate var code: kn_rounding { self == .eight ? kn_bits_8 : kn_bits_16 }
  }

  /// Each row of x (whole blocks of 32), rounded.
  func round(_ x: Matrix, to rounding: Rounding, into rounded: Matrix) {
    precondition(x.columns % 32 == 0 && rounded.rows == x.rows)
    precondition(rounded.columns >= rounding.rowLength(x.columns))
    for row in 0..<x.rows {
      kn_round(
        code, rounding.code, x.columns, x.base + row * x.stride,
        rounded.base + row * rounded.stride)
    }
  }

  /// y (rounded rows, rows.count) = the tiles' rows `rows`, whole tiles, times each rounded row.
  func tilesTimes(
    _ tiles: TiledWeights, _ rows: Range<Int>, _ rounded: Matrix, _ rounding: Rounding,
    into y: Matrix
  ) {
    precondition(rounded.columns >= rounding.rowLength(tiles.columns) && y.rows == rounded.rows)
    precondition(rows.count % TiledWeights.height == 0 && y.columns == rows.count)
    kn_tiles_times(
      code, tiles.bits == .four ? kn_four : kn_eight, rounding.code,
      rows.count / TiledWeights.height,
      tiles.columns / 32, tiles.tile(at: rows.lowerBound), rounded.rows, rounded.base,
      rounded.stride, y.base, y.stride)
  }

  private func format(_ weights: WeightMatrix) -> kn_format { kn_format(weights.format.rawValue) }
}

// MARK: Memory

extension Kernels {
  /// The sum of x (1, n), n even, read as whole numbers of 64 bits.
  package func read(_ x: Matrix) -> UInt64 {
    precondition(x.rows == 1 && x.columns % 2 == 0)
    return UnsafeRawPointer(x.base).withMemoryRebound(to: UInt64.self, capacity: x.columns / 2) {
      kn_read(code, x.columns / 2, $0)
    }
  }
}
