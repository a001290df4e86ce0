internal import CKernels

extension Kernels {
  /// RMSNorm of each row; `inverse` (rows, 1) keeps each row's factor for the way back.
  package func rmsNorm(_ x: Matrix, weight: Matrix, epsilon: Float, into y: Matrix, inverse: Matrix)
  {
    precondition(weight.columns == x.columns && y.columns == x.columns && y.rows == x.rows)
    precondition(inverse.rows == x.rows && inverse.stride == 1)
    kn_rms_norm(
      code, x.rows, x.columns, x.base, x.stride, weight.base, epsilon, y.base, y.stride,
      inverse.base)
  }

  /// dx += the slope of `rmsNorm` times dy.
  package func rmsNormBackward(
    _ x: Matrix, weight: Matrix, inverse: Matrix, dy: Matrix, into dx: Matrix
  ) {
    precondition(weight.columns == x.columns && dy.rows == x.rows && dx.rows == x.rows)
    precondition(inverse.rows == x.rows && inverse.stride == 1)
    kn_rms_norm_backward(
      code, x.rows, x.columns, x.base, x.stride, weight.base, inverse.base, dy.base, dy.stride,
      dx.base,
      dx.stride)
  }

  /// Turns the heads of row `row` of x by `cosine` and `sine` (one angle for each pair).
  package func rope(
    _ x: Matrix, row: Int, headWidth: Int, interleaved: Bool, cosine: Matrix, sine: Matrix,
    at position: Int,
    direction: Float
  ) {
    precondition(x.columns % headWidth == 0 && row < x.rows && position < cosine.rows)
    kn_rope(
      code, x.columns / headWidth, headWidth, cosine.columns, interleaved ? 1 : 0,
      cosine.base + position * cosine.stride, sine.base + position * sine.stride, direction,
      x.base + row * x.stride)
  }

  /// y = silu(gate) * up.
  package func siluMultiply(gate: Matrix, up: Matrix, into y: Matrix) {
    precondition(gate.rows == up.rows && y.rows == gate.rows && y.columns == gate.columns)
    for row in 0..<gate.rows {
      kn_silu_multiply(
        code, gate.columns, gate.base + row * gate.stride, up.base + row * up.stride,
        y.base + row * y.stride)
    }
  }

  /// From dy to dgate and dup, which may be gate's and up's own places.
  package func siluMultiplyBackward(
    gate: Matrix, up: Matrix, dy: Matrix, dgate: Matrix, dup: Matrix
  ) {
    precondition(gate.rows == up.rows && dy.rows == gate.rows && dgate.rows == gate.rows)
    for row in 0..<gate.rows {
      kn_silu_multiply_backward(
        code, gate.columns, gate.base + row * gate.stride, up.base + row * up.stride,
        dy.base + row * dy.stride, dgate.base + row * dgate.stride, dup.base + row * dup.stride)
    }
  }

  /// y += x.
  package func add(_ x: Matrix, to y: Matrix) {
    precondition(x.rows == y.rows && x.columns == y.columns)
    for row in 0..<x.rows {
      kn_add(code, x.columns, x.base + row * x.stride, y.base + row * y.stride)
    }
  }

  /// x *= factor.
  package func scale(_ x: Matrix, by factor: Float) {
    for row in 0..<x.rows { kn_scale(code, x.columns, factor, x.base + row * x.stride) }
  }
}
