/// What the memory delivers to all threads: the limit of decoding, which reads every weight for every token.
package struct MemoryBandwidth {
  private let compute: Compute
  private let buffer: Matrix
  private static let piece = 1 << 18

  /// A buffer of 512 MiB, far more than a last-level cache keeps, written once so that it stands in real memory.
  package init(_ compute: Compute) {
    self.compute = compute
    buffer = Matrix(rows: 512, columns: Self.piece)
    buffer.clear()
  }

  /// Bytes a second: the median of `passes` over the buffer by all threads.
  package func bytesPerSecond(passes: Int = 5) -> Double {
    let clock = ContinuousClock()
    let bytes = buffer.rows * buffer.columns * MemoryLayout<Float>.stride
    let rates = (0..<max(1, passes)).map { _ -> Double in
      let start = clock.now
      compute.workers.run(buffer.rows) { row, _ in
        // The buffer is zero; asking keeps the read from being left out.
        precondition(compute.kernels.read(buffer.rows(row..<row + 1)) == 0)
      }
      return Double(bytes) / (clock.now - start).inSeconds
    }
    return rates.sorted()[rates.count / 2]
  }
}
