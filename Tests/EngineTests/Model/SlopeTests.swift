import Engine
import Testing

/// Each layer's backward against differences of its forward.
@Suite("Backward is the slope of forward")
struct SlopeTests {
  private let kernels = Kernels()

  /// Compares `claimed` = dx with differences of `forward` at x, seen through dy.
  private func expectSlope(
    _ x: Matrix, dy: Matrix, claimed: Matrix, step: Float = 1e-2, _ name: String,
    forward: @escaping () -> Matrix
  ) {
    let largest = claimed.numbers.map { abs($0) }.max() ?? 1
    for row in 0..<x.rows {
      for column in 0..<x.columns {
        let here = x[row, column]
        x[row, column] = here + step
        let up = forward().numbers
        x[row, column] = here - step
        let down = forward().numbers
        x[row, column] = here
        let rise = zip(zip(up, down), dy.numbers).reduce(0.0) {
          $0 + Double($1.0.0 - $1.0.1) * Double($1.1)
        }
        let measured = rise / Double(2 * step)
        #expect(
          abs(Double(claimed[row, column]) - measured) < 1e-2 * Double(max(largest, 1e-3)),
          "\(name) at \(row), \(column): \(claimed[row, column]), measured \(measured)")
      }
    }
  }

  @Test func rmsNorm() {
    var random = SplitMix(seed: 1)
    let (x, weight, dy) = (random.matrix(3, 21), random.matrix(1, 21), random.matrix(3, 21))
    let inverse = Matrix(rows: 3, columns: 1)
    let dx = Matrix(rows: 3, columns: 21)
    let forward = {
      let y = Matrix(rows: 3, columns: 21)
      kernels.rmsNorm(x, weight: weight, epsilon: 1e-5, into: y, inverse: inverse)
      return y
    }
    _ = forward()
    kernels.rmsNormBackward(x, weight: weight, inverse: inverse, dy: dy, into: dx)
    expectSlope(x, dy: dy, claimed: dx, "rmsNorm", forward: forward)
  }

  @Test func swiGLU() {
    var random = SplitMix(seed: 2)
    let (gate, up, dy) = (
      random.matrix(2, 19, scale: 4), random.matrix(2, 19), random.matrix(2, 19)
    )
    let (dgate, dup) = (Matrix(rows: 2, columns: 19), Matrix(rows: 2, columns: 19))
    kernels.siluMultiplyBackward(gate: gate, up: up, dy: dy, dgate: dgate, dup: dup)
    let forward = {
      let y = Matrix(rows: 2, columns: 19)
      kernels.siluMultiply(gate: gate, up: up, into: y)
      return y
    }
    expectSlope(gate, dy: dy, claimed: dgate, "gate", forward: forward)
    expectSlope(up, dy: dy, claimed: dup, "up", forward: forward)
  }

  @Test(arguments: [true, false])
  func rope(interleaved: Bool) {
    var random = SplitMix(seed: 3)
    let (x, dy) = (random.matrix(1, 24), random.matrix(1, 24))
    let (cosine, sine) = (random.matrix(2, 4), random.matrix(2, 4))
    func turned(_ x: Matrix, _ direction: Float) -> Matrix {
      let y = Matrix(rows: 1, columns: 24)
      y.copy(from: x)
      kernels.rope(
        y, row: 0, headWidth: 8, interleaved: interleaved, cosine: cosine, sine: sine, at: 1,
        direction: direction)
      return y
    }
    expectSlope(x, dy: dy, claimed: turned(dy, -1), "rope") { turned(x, 1) }
  }

  @Test func crossEntropy() {
    var random = SplitMix(seed: 4)
    let x = random.matrix(1, 40, scale: 3)
    let dx = Matrix(rows: 1, columns: 40)
    dx.copy(from: x)
    _ = kernels.crossEntropy(dx, row: 0, target: 17, weight: 0.5)
    let half = Matrix(rows: 1, columns: 1)
    half[0, 0] = 0.5
    expectSlope(x, dy: half, claimed: dx, "crossEntropy") {
      let logits = Matrix(rows: 1, columns: 40)
      logits.copy(from: x)
      let loss = Matrix(rows: 1, columns: 1)
      loss[0, 0] = kernels.crossEntropy(logits, row: 0, target: 17, weight: 1)
      return loss
    }
  }

  @Test func klDivergence() {
    var random = SplitMix(seed: 6)
    let (p, q) = (random.matrix(1, 43, scale: 3), random.matrix(1, 43, scale: 3))
    let dq = Matrix(rows: 1, columns: 43)
    dq.copy(from: q)
    let divergence = kernels.klSlope(p, dq, row: 0, weight: 0.5)
    #expect(abs(divergence - kernels.klDivergence(p, q, row: 0)) < 1e-5)
    let half = Matrix(rows: 1, columns: 1)
    half[0, 0] = 0.5
    expectSlope(q, dy: half, claimed: dq, "klDivergence") {
      let loss = Matrix(rows: 1, columns: 1)
      loss[0, 0] = Float(kernels.klDivergence(p, q, row: 0))
      return loss
    }
  }

  @Test func linearWithLowRankTerm() {
    let compute = Compute(threads: 2)
    var random = SplitMix(seed: 5)
    let weights = random.weights(.q8_0, 20, 64)
    let (x, t, dy) = (random.matrix(5, 64), random.matrix(5, 3), random.matrix(5, 20))
    let (basis, a) = (random.matrix(3, 20), random.matrix(3, 64))
    let forward: () -> Matrix = {
      let y = Matrix(rows: 5, columns: 20)
      compute.multiply(
        x, [Product(weights: weights, y: y, terms: [LowRankTerm(rows: 0..<5, t: t, basis: basis)])],
        order: .panels)
      return y
    }
    let dx = Matrix(rows: 5, columns: 64)
    compute.multiplyBackward(
      [ProductBackward(weights: weights, dy: dy)], into: dx, accumulate: false)
    expectSlope(x, dy: dy, claimed: dx, step: 1e-1, "x", forward: forward)
    let dBasis = Matrix(rows: 3, columns: 20)
    compute.addOuterProduct(t, dy, into: dBasis)
    expectSlope(basis, dy: dy, claimed: dBasis, step: 1e-1, "basis", forward: forward)
    let dt = random.matrix(5, 3)
    let low = Matrix(rows: 5, columns: 64)
    compute.multiplyBackward(
      [ProductBackward(weights: weights, dy: dy, dt: dt, a: a)], into: low, accumulate: false)
    let part = Matrix(rows: 5, columns: 64)
    compute.kernels.product(dt, a, into: part, accumulate: false)
    compute.kernels.add(dx, to: part)
    #expect(distance(low, part) < 1e-4)
  }
}
