internal import CKernels

extension Kernels {
  /// The index of the largest of `logits`, the first of several; 0 where none is a number.
  func likeliest(_ logits: UnsafeBufferPointer<Float>) -> Int {
    guard let base = logits.baseAddress else { return 0 }
    return kn_likeliest(code, logits.count, base)
  }

  /// e^((logit - largest) / temperature) of each, into `weights`; returns their sum.
  func weights(
    _ logits: UnsafeBufferPointer<Float>, temperature: Float,
    into weights: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    precondition(weights.count >= logits.count)
    guard let source = logits.baseAddress, let target = weights.baseAddress else { return 0 }
    return kn_weights(code, logits.count, source, 1 / temperature, target)
  }
}
