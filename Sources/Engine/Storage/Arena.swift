/// Scratch memory that is taken in turn and given back all at once, so that a step costs no page faults.
///
/// What it lends holds whatever stood there before; who takes it writes it first.
package final class Arena {
  private var chunks: [FloatBuffer] = []
  private var chunk = 0
  private var used = 0
  private static let chunkCount = 4 << 20

  package init() {}

  /// A place in the arena, to return to.
  package struct Mark {
    fileprivate let chunk: Int
    fileprivate let used: Int
  }

  /// The present place.
  package var mark: Mark { Mark(chunk: chunk, used: used) }

  /// Gives back what was taken since `mark`.
  package func release(to mark: Mark) {
    chunk = mark.chunk
    used = mark.used
  }

  /// A matrix of unspecified numbers, valid until its place is released.
  package func take(_ rows: Int, _ columns: Int) -> Matrix {
    let count = rows * columns
    let padded = (count + 15) & ~15
    while chunk < chunks.count, used + padded > chunks[chunk].count {
      chunk += 1
      used = 0
    }
    if chunk == chunks.count {
      chunks.append(FloatBuffer(max(Self.chunkCount, padded)))
      used = 0
    }
    let buffer = chunks[chunk]
    defer { used += padded }
    return Matrix(
      owner: buffer, base: buffer.base + used, rows: rows, columns: columns, stride: columns)
  }

  /// Runs `body` and gives back what it took.
  package func scope<R>(_ body: () throws -> R) rethrows -> R {
    let start = mark
    defer { release(to: start) }
    return try body()
  }
}
