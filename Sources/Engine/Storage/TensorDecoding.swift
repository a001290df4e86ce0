import CKernels

extension TensorFormat {
  /// `count` numbers stored at `bytes`, as floats; by the plain path, for tensors that are read once.
  ///
  /// `count` must be whole blocks and `bytes` must hold them.
  func floats(_ bytes: UnsafeRawBufferPointer, count: Int) -> [Float] {
    precondition(count % blockLength == 0, "\(count) numbers are not whole blocks of \(name)")
    precondition(
      bytes.count >= count / blockLength * blockBytes,
      "\(count) numbers of \(name) in \(bytes.count) bytes")
    guard let source = bytes.baseAddress, count > 0 else { return [] }
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let target = buffer.baseAddress else { return }
      kn_decode(kn_scalar, kn_format(rawValue: rawValue), count, source, target)
      initialized = count
    }
  }
}
