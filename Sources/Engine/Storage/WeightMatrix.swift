/// A frozen matrix of (rows, columns) in the file's own format: one row gives one output.
///
/// Unchecked because the bytes belong to a read-only mapping or to a buffer that is no longer written.
package struct WeightMatrix: @unchecked Sendable {
  package let format: TensorFormat
  package let rows: Int
  package let columns: Int
  let base: UnsafeRawPointer
  private let owner: AnyObject
  private let shelf: TileShelf?

  /// `bytes` must stay valid as long as `owner` lives, and hold rows × columns numbers.
  package init(
    format: TensorFormat, rows: Int, columns: Int, bytes: UnsafeRawBufferPointer, owner: AnyObject
  ) {
    precondition(columns % format.blockLength == 0, "\(columns) columns of \(format.name)")
    let expected = columns / format.blockLength * format.blockBytes * rows
    precondition(bytes.count >= expected, "\(bytes.count) bytes for \(expected)")
    guard let base = bytes.baseAddress else { preconditionFailure("no bytes") }
    self.format = format
    self.rows = rows
    self.columns = columns
    self.base = base
    self.owner = owner
    shelf = TiledWeights.Bits(format) == nil ? nil : TileShelf()
  }

  /// Whether `tiles` exist for this format.
  package var hasTiles: Bool { shelf != nil }

  /// The matrix laid out for rounded rows, made the first time it is asked for.
  func tiles(_ compute: Compute) -> TiledWeights {
    guard let shelf else { preconditionFailure("no tiles for \(format.name)") }
    if let tiles = shelf.tiles { return tiles }
    guard let tiles = TiledWeights(self, compute) else {
      preconditionFailure("no tiles for \(format.name)")
    }
    shelf.tiles = tiles
    return tiles
  }

  /// Bytes from row to row.
  package var rowBytes: Int { columns / format.blockLength * format.blockBytes }

  /// How many bytes the matrix takes.
  package var byteCount: Int { rowBytes * rows }
}

extension WeightMatrix {
  /// An fp32 copy, for matrices as small as a norm's.
  var decoded: Matrix {
    let copy = Matrix(rows: rows, columns: columns)
    for row in 0..<rows { Kernels().decodeRow(self, row, into: copy, row: row) }
    return copy
  }
}
