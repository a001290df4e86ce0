/// A weight matrix laid out anew for products with rounded rows: eight rows interleaved, so that a vector holds four
/// columns of each. As many bytes as the file's own form, beside it.
///
/// Unchecked: the bytes are written once, before anybody reads them.
package final class TiledWeights: @unchecked Sendable {
  /// Rows of a tile.
  static let height = 8

  let bits: Bits
  /// The matrix's rows, rounded up to whole tiles.
  let rows: Int
  let columns: Int
  private let buffer: FloatBuffer

  /// How a weight is held.
  enum Bits: Sendable {
    case four, eight

    init?(_ format: TensorFormat) {
      switch format {
      case .q4_0, .q4_1: self = .four
      case .q8_0: self = .eight
      default: return nil
      }
    }

    /// What one tile takes for 32 columns.
    var blockBytes: Int { self == .four ? 160 : 272 }
  }

  /// Lays `weights` out, on all threads of `compute`; nil for formats that have no tiles.
  init?(_ weights: WeightMatrix, _ compute: Compute) {
    guard let bits = Bits(weights.format) else { return nil }
    self.bits = bits
    columns = weights.columns
    let tiles = (weights.rows + Self.height - 1) / Self.height
    rows = tiles * Self.height
    let tileBytes = weights.columns / 32 * bits.blockBytes
    buffer = FloatBuffer(tiles * tileBytes / 4)
    let base = base
    compute.split(tiles, grain: 16) { range in
      for tile in range {
        let first = tile * Self.height
        compute.kernels.layTile(
          weights, first..<min(weights.rows, first + Self.height), into: base + tile * tileBytes)
      }
    }
  }

  /// The first tile.
  var base: UnsafeMutableRawPointer { UnsafeMutableRawPointer(buffer.base) }

  /// How many bytes the tiles take.
  var byteCount: Int { buffer.count * 4 }

  /// Where the tile that starts with row `row` stands.
  func tile(at row: Int) -> UnsafeRawPointer {
    precondition(row % Self.height == 0 && row < rows)
    return UnsafeRawPointer(base + row / Self.height * (columns / 32 * bits.blockBytes))
  }
}

/// Where a weight matrix keeps its tiles once they were wanted. Unchecked: written by `Compute`'s one caller.
final class TileShelf: @unchecked Sendable {
  var tiles: TiledWeights?
}
