internal import CKernels

extension Kernels {
  /// log of the sum of exponentials of row `row`.
  package func logSumExp(_ x: Matrix, row: Int) -> Float {
    precondition(row < x.rows)
    return kn_log_sum_exp(code, x.columns, x.base + row * x.stride)
  }

  /// -log softmax(row)[target]; the row becomes weight (softmax - onehot).
  package func crossEntropy(_ logits: Matrix, row: Int, target: Int, weight: Float) -> Float {
    precondition(row < logits.rows && target >= 0 && target < logits.columns)
    return kn_cross_entropy(code, logits.columns, logits.base + row * logits.stride, target, weight)
  }

  /// KL divergence (nats) from softmax(p's row) to softmax(q's row).
  package func klDivergence(_ p: Matrix, _ q: Matrix, row: Int) -> Double {
    precondition(row < p.rows && row < q.rows && p.columns == q.columns)
    return kn_kl_divergence(code, p.columns, p.base + row * p.stride, q.base + row * q.stride)
  }

  /// The same; q's row becomes weight (softmax(q) - softmax(p)), its slope.
  package func klSlope(_ p: Matrix, _ q: Matrix, row: Int, weight: Float) -> Double {
    precondition(row < p.rows && row < q.rows && p.columns == q.columns)
    return kn_kl_slope(code, p.columns, p.base + row * p.stride, q.base + row * q.stride, weight)
  }

  /// Sum of squares of all numbers.
  package func sumOfSquares(_ x: Matrix) -> Double {
    var sum = 0.0
    for row in 0..<x.rows { sum += kn_sum_squares(code, x.columns, x.base + row * x.stride) }
    return sum
  }

  /// One AdamW update of `parameters` (1, n) from `gradients` times `factor`.
  package func adamW(
    _ parameters: Matrix, gradients: Matrix, first: Matrix, second: Matrix, factor: Float,
    rate: Float,
    constants: AdamWConstants
  ) {
    precondition(parameters.rows == 1 && gradients.columns == parameters.columns)
    kn_adamw(
      code, parameters.columns, parameters.base, gradients.base, first.base, second.base, factor,
      rate,
      constants.beta1, constants.beta2, constants.epsilon, constants.decay, constants.correction1,
      constants.correction2)
  }
}

/// The fixed numbers of one AdamW update; corrections are 1 - beta^t.
package struct AdamWConstants: Sendable {
  var beta1: Float = 0.9
  var beta2: Float = 0.999
  var epsilon: Float = 1e-8
  var decay: Float
  var correction1: Float
  var correction2: Float
}
