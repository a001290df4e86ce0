extension Model {
  /// Bytes of weights that decoding reads for one token of all its rows: every projection and the head. The embedding's
  /// one row and the norms are not worth counting.
  package var weightBytesPerPass: Int {
    weights.blocks.reduce(weights.head.byteCount) { sum, block in
      block.projections.reduce(sum) { $0 + $1.byteCount }
    }
  }
}
