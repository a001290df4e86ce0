/// A weight matrix laid out anew for products with rounded rows: sixteen rows interleaved, so that a vector holds
/// four columns of eight. As many bytes as the file's own form, beside it.
///
/// Unchecked: the bytes are written once, before anybody reads them.
package final class TiledWeights: @unchecked Sendable {
  /// Rows of a tile.
  static let height = 16

  let bits: Bits
  /// The matrix's rows, rounded up to whole tiles.
  let rows: Int
  let columns: Int
  private let place: TileSlab.Place

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
    var blockBytes: Int { self == .four ? 320 : 544 }
  }

  /// Lays `weights` out, on all threads of `compute`; nil for formats that have no tiles.
  init?(_ weights: WeightMatrix, _ compute: Compute) {
    guard let bits = Bits(weights.format) else { return nil }
    self.bits = bits
    columns = weights.columns
    let tiles = (weights.rows + Self.height - 1) / Self.height
    rows = tiles * Self.height
    let tileBytes = weights.columns / 32 * bits.blockBytes
    place = compute.tileSlab.take(bytes: tiles * tileBytes)
    let base = base
    compute.split(tiles, grain: 8) { range in
      for tile in range {
        let first = tile * Self.height
        compute.kernels.layTile(
          weights, first..<min(weights.rows, first + Self.height), into: base + tile * tileBytes)
      }
    }
  }

  /// The first tile.
  var base: UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(place.buffer.base + place.start)
  }

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

/// Memory for tiles, in pieces large enough for large pages: a token reads all of it.
final class TileSlab {
  /// Where one matrix's tiles stand: `start` in floats.
  struct Place {
    let buffer: FloatBuffer
    let start: Int
  }

  private var buffer = FloatBuffer(0)
  private var used = 0
  private static let floats = 4 << 20

  /// Aligned to a cache line, and never given back.
  func take(bytes: Int) -> Place {
    let count = (bytes / 4 + 15) & ~15
    if used + count > buffer.count {
      buffer = FloatBuffer(max(Self.floats, count))
      used = 0
    }
    defer { used += count }
    return Place(buffer: buffer, start: used)
  }
}
