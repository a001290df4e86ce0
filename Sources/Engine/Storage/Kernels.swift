internal import CKernels

/// The C kernels behind matrix views: the only file that imports them. Shapes are checked here, once.
///
/// Every function runs on the calling thread; `Compute` splits work among threads.
package struct Kernels: Sendable {
  /// Which instructions are used.
  package enum Path: String, Sendable, CaseIterable { case scalar, avx2, vnni, neon }

  /// The instructions these kernels use.
  package let path: Path
  private let code: kn_path

  /// Kernels on the best path of this machine, or on a given one (which the machine must have).
  package init(path: Path? = nil) {
    let path = path ?? Self.bestPath
    self.path = path
    code =
      switch path {
      case .scalar: kn_scalar
      case .avx2: kn_avx2
      case .vnni: kn_vnni
      case .neon: kn_neon
      }
  }

  /// The fastest path this machine has.
  package static var bestPath: Path {
    switch kn_best_path() {
    case kn_avx2: .avx2
    case kn_vnni: .vnni
    case kn_neon: .neon
    default: .scalar
    }
  }

  /// Every path this machine has, the plain one first.
  package static var paths: [Path] {
    switch bestPath {
    case .vnni: [.scalar, .avx2, .vnni]
    case let best: best == .scalar ? [best] : [.scalar, best]
    }
  }

  /// Says that this thread waits in a loop.
  static func pause() { kn_pause() }
}

// MARK: Matrix products

extension Kernels {
  /// c = a b (or a's transpose, times b), added to c if `accumulate`. a (m,k) or, transposed, (k,m); b (k,n); c (m,n).
  package func product(
    _ a: Matrix, transposed: Bool = false, _ b: Matrix, into c: Matrix, accumulate: Bool
  ) {
    let (m, k) = transposed ? (a.columns, a.rows) : (a.rows, a.columns)
    precondition(b.rows >= k && b.columns == c.columns && c.rows == m, "product of unlike shapes")
    kn_gemm(
      code, m, c.columns, k, a.base, transposed ? 1 : a.stride, transposed ? a.stride : 1, b.base,
      b.stride,
      c.base, c.stride, accumulate ? 1 : 0)
  }

  /// Rows `rows` of `weights`, decoded and transposed to panel[column][row].
  package func packRows(_ weights: WeightMatrix, _ rows: Range<Int>, into panel: Matrix) {
    precondition(
      panel.rows == weights.columns && panel.columns >= rows.count && panel.stride == panel.columns)
    kn_pack_rows(
      code, format(weights), rows.count, weights.columns,
      weights.base + rows.lowerBound * weights.rowBytes,
      weights.rowBytes, panel.base, panel.columns)
  }

  /// Columns `columns` (whole blocks) of rows `rows` of `weights`, decoded to panel[row][column].
  package func packColumns(
    _ weights: WeightMatrix, rows: Range<Int>, columns: Range<Int>, into panel: Matrix
  ) {
    precondition(
      panel.rows == rows.count && panel.columns == columns.count && panel.stride == panel.columns)
    let block = columns.lowerBound / weights.format.blockLength * weights.format.blockBytes
    kn_pack_columns(
      code, format(weights), rows.count, columns.count,
      weights.base + rows.lowerBound * weights.rowBytes + block, weights.rowBytes, panel.base)
  }

  /// One row of `weights`, decoded to row `row` of `target`.
  package func decodeRow(_ weights: WeightMatrix, _ index: Int, into target: Matrix, row: Int) {
    precondition(
      index >= 0 && index < weights.rows && target.columns == weights.columns && row < target.rows)
    kn_decode(
      code, format(weights), weights.columns, weights.base + index * weights.rowBytes,
      target.base + row * target.stride)
  }

  /// y[j][i] = row i of `weights` (for i in `rows`) times x's row j; in the order of decoding (see `Compute.Order`).
  package func rowsTimes(
    _ weights: WeightMatrix, _ rows: Range<Int>, _ x: Matrix, sums: Matrix, into y: Matrix
  ) {
    precondition(x.columns == weights.columns && y.columns == weights.rows && y.rows == x.rows)
    kn_matvec(
      code, format(weights), rows.count, weights.columns,
      weights.base + rows.lowerBound * weights.rowBytes,
      weights.rowBytes, x.rows, x.base, x.stride, sums.base, sums.stride, y.base + rows.lowerBound,
      y.stride)
  }

  /// Sums of each 32 numbers of each row of x, where x has whole blocks of 32.
  package func blockSums(_ x: Matrix, into sums: Matrix) {
    precondition(sums.rows == x.rows && sums.columns >= x.columns / 32)
    for row in 0..<x.rows {
      kn_block_sums(
        code, x.columns / 32 * 32, x.base + row * x.stride, sums.base + row * sums.stride)
    }
  }

  /// y = x transposed.
  package func transpose(_ x: Matrix, into y: Matrix) {
    precondition(y.rows >= x.columns && y.columns >= x.rows)
    kn_transpose(code, x.rows, x.columns, x.base, x.stride, y.base, y.stride)
  }

  /// Rows `rows` (at most eight) of `weights`, laid out as a tile at `tile`.
  func layTile(_ weights: WeightMatrix, _ rows: Range<Int>, into tile: UnsafeMutableRawPointer) {
    kn_lay_tile(
      format(weights), rows.count, weights.columns,
      weights.base + rows.lowerBound * weights.rowBytes, weights.rowBytes, tile)
  }

  /// The bits that a rounded number keeps.
  package enum Rounding: Sendable {
    case eight, sixteen

    /// Floats that a rounded row of `columns` numbers takes.
    func rowLength(_ columns: Int) -> Int { columns / 32 * (self == .eight ? 11 : 35) }

    fileprivate var code: kn_rounding { self == .eight ? kn_bits_8 : kn_bits_16 }
  }

  /// Each row of x (whole blocks of 32), rounded.
  func round(_ x: Matrix, to rounding: Rounding, into rounded: Matrix) {
    precondition(x.columns % 32 == 0 && rounded.rows == x.rows)
    precondition(rounded.columns >= rounding.rowLength(x.columns))
    for row in 0..<x.rows {
      kn_round(
        code, rounding.code, x.columns, x.base + row * x.stride,
        rounded.base + row * rounded.stride)
    }
  }

  /// y (rounded rows, rows.count) = the tiles' rows `rows`, whole tiles, times each rounded row.
  func tilesTimes(
    _ tiles: TiledWeights, _ rows: Range<Int>, _ rounded: Matrix, _ rounding: Rounding,
    into y: Matrix
  ) {
    precondition(rounded.columns >= rounding.rowLength(tiles.columns) && y.rows == rounded.rows)
    precondition(rows.count % TiledWeights.height == 0 && y.columns == rows.count)
    kn_tiles_times(
      code, tiles.bits == .four ? kn_four : kn_eight, rounding.code,
      rows.count / TiledWeights.height,
      tiles.columns / 32, tiles.tile(at: rows.lowerBound), rounded.rows, rounded.base,
      rounded.stride, y.base, y.stride)
  }

  private func format(_ weights: WeightMatrix) -> kn_format { kn_format(weights.format.rawValue) }
}

// MARK: Layers

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

// MARK: Attention

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

// MARK: Losses and the optimiser

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

// MARK: Memory

extension Kernels {
  /// The sum of x (1, n), n even, read as whole numbers of 64 bits.
  package func read(_ x: Matrix) -> UInt64 {
    precondition(x.rows == 1 && x.columns % 2 == 0)
    return UnsafeRawPointer(x.base).withMemoryRebound(to: UInt64.self, capacity: x.columns / 2) {
      kn_read(code, x.columns / 2, $0)
    }
  }
}
