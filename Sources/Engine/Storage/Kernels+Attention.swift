internal import CKernels

extension Kernels {
  /// x's rows cut into `parts` of equal width, as 16-bit floats, two in a float's place: part p of row r in row
  /// `first + p · apart + r` of y.
  func halve(_ x: Matrix, parts: Int, into y: Matrix, first: Int, apart: Int) {
    let width = x.columns / parts
    precondition(
      parts * width == x.columns && y.columns == (width + 1) / 2 && x.rows <= apart
        && first >= 0 && first + (parts - 1) * apart + x.rows <= y.rows)
    for part in 0..<parts {
      for row in 0..<x.rows {
        kn_halve(
          code, width, x.base + row * x.stride + part * width,
          y.base + (first + part * apart + row) * y.stride)
      }
    }
  }

  /// The floats of rows of halves.
  func widen(_ x: Matrix, into y: Matrix) {
    precondition(x.rows == y.rows && x.columns == (y.columns + 1) / 2)
    if x.columns * 2 == y.columns, x.stride == x.columns, y.stride == y.columns {
      return kn_decode(code, kn_f16, y.rows * y.columns, x.base, y.base)
    }
    for row in 0..<x.rows {
      kn_decode(code, kn_f16, y.columns, x.base + row * x.stride, y.base + row * y.stride)
    }
  }

  /// What a head's queries see, (count, head width) each: as floats, or as halves, two in a float's place.
  package struct Seen {
    package let keys: Matrix
    package let values: Matrix
    package let areHalves: Bool

    package init(keys: Matrix, values: Matrix, areHalves: Bool = false) {
      precondition(keys.rows == values.rows && keys.stride == values.stride)
      self.keys = keys
      self.values = values
      self.areHalves = areHalves
    }

    /// Whether `attend` reads halves of heads so wide.
    package static func canBeHalves(width: Int) -> Bool { width % 8 == 0 }

    fileprivate var code: kn_seen {
      kn_seen(
        format: areHalves ? kn_f16 : kn_f32, count: keys.rows,
        row: areHalves ? 2 * keys.stride : keys.stride, keys: keys.base, values: values.base)
    }
  }

  /// One query of each head that shares what is `seen`: out = softmax(scale q Kᵀ) V, the heads side by side in q and
  /// out (1, heads · width). What each head gets does not depend on the others. `next` is fetched meanwhile.
  package func attend(
    _ q: Matrix, _ seen: Seen, fetching next: Seen? = nil, scale: Float, scores: Matrix,
    into out: Matrix
  ) {
    let width = seen.areHalves ? 2 * seen.keys.columns : seen.keys.columns
    let heads = q.columns / width
    precondition(
      q.rows == 1 && out.rows == 1 && q.columns == heads * width
        && (!seen.areHalves || Seen.canBeHalves(width: width))
        && scores.columns >= min(heads, 3) * seen.keys.rows)
    var here = seen.code
    guard var ahead = next?.code else {
      return kn_attend(
        code, heads, width, q.base, &here, nil, scale, scores.base, out.base)
    }
    kn_attend(code, heads, width, q.base, &here, &ahead, scale, scores.base, out.base)
  }

  /// Causal softmax of scores (queries, keys) in place: query i sees `visible + i` keys.
  package func causalSoftmax(_ scores: Matrix, visible: Int, scale: Float, logSums: Matrix) {
    precondition(logSums.rows == scores.rows && logSums.stride == 1)
    kn_causal_softmax(
      code, scores.rows, scores.columns, visible, scale, scores.base, scores.stride, logSums.base)
  }

  /// Scores become probabilities again, dp becomes the slope at the scores.
  package func causalSoftmaxBackward(
    _ scores: Matrix, dp: Matrix, visible: Int, scale: Float, logSums: Matrix
  ) {
    precondition(
      dp.rows == scores.rows && dp.columns == scores.columns && dp.stride == scores.stride)
    precondition(logSums.rows == scores.rows && logSums.stride == 1)
    kn_causal_softmax_backward(
      code, scores.rows, scores.columns, visible, scale, scores.base, dp.base, scores.stride,
      logSums.base)
  }
}
