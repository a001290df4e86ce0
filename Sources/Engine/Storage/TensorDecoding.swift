extension TensorFormat {
  /// `count` numbers stored at `bytes`, as floats; by the plain path, for tensors that are read
  /// once.
  ///
  /// `count` must be whole blocks and `bytes` must hold them.
  package func floats(
    _ bytes: UnsafeRawBufferPointer, count: Int, path: Kernels.Path = .scalar
  ) -> [Float] {
    guard count > 0 else { return [] }
    let target = FloatBuffer(count)
    let source = WeightMatrix(format: self, rows: 1, columns: count, bytes: bytes, owner: target)
    let row = target.matrix(columns: count)
    Kernels(path: path).decodeRow(source, 0, into: row, row: 0)
    return row.row(0)
  }
}
