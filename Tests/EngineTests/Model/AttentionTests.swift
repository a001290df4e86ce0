import Engine
import Testing

/// Attention over more than one tile, grouped heads, two segments.
@Suite("Attention")
struct AttentionTests {
  private let attention: Attention
  private let batch: Batch
  private let count = 79
  private let heads = 4

  init() throws {
    var configuration = try Model(path: Fixtures.path("tiny/llama")).configuration
    configuration.heads = 4
    configuration.keyValueHeads = 2
    configuration.headWidth = 8
    attention = Attention(configuration: configuration, compute: Compute(threads: 2))
    var batch = Batch()
    batch.append([Token](repeating: 0, count: 70))
    batch.append([Token](repeating: 0, count: 9))
    self.batch = batch
  }

  private func forward(_ q: Matrix, _ k: Matrix, _ v: Matrix) -> (out: Matrix, logSums: Matrix) {
    let out = Matrix(rows: count, columns: 32)
    let logSums = Matrix(rows: heads, columns: count)
    attention.forward(
      q: q, k: k, v: v, batch: batch, layer: 0, order: .panels, logSums: logSums, into: out)
    return (out, logSums)
  }

  @Test func equalsItsDefinition() {
    var random = SplitMix(seed: 1)
    let (q, k, v) = (random.matrix(count, 32), random.matrix(count, 16), random.matrix(count, 16))
    let out = forward(q, k, v).out
    for row in [0, 1, 63, 64, 69, 70, 78] {
      let start = row < 70 ? 0 : 70
      for head in 0..<heads {
        let keyHead = head / 2
        let weights = (start...row).map { t in
          exp(
            (0..<8).reduce(0.0) {
              $0 + Double(q[row, head * 8 + $1]) * Double(k[t, keyHead * 8 + $1])
            } / 8.0.squareRoot())
        }
        let total = weights.reduce(0, +)
        for column in 0..<8 {
          let expected = zip(start...row, weights).reduce(0.0) {
            $0 + $1.1 / total * Double(v[$1.0, keyHead * 8 + column])
          }
          #expect(near(Double(out[row, head * 8 + column]), expected, absolute: 1e-5))
        }
      }
    }
  }

  @Test func backwardIsTheSlopeOfForward() {
    var random = SplitMix(seed: 2)
    let (q, k, v) = (random.matrix(count, 32), random.matrix(count, 16), random.matrix(count, 16))
    let dout = random.matrix(count, 32)
    let (dq, dk, dv) = (
      Matrix(rows: count, columns: 32), Matrix(rows: count, columns: 16),
      Matrix(rows: count, columns: 16)
    )
    attention.backward(
      q: q, k: k, v: v, batch: batch, logSums: forward(q, k, v).logSums, dout: dout, dq: dq, dk: dk,
      dv: dv)
    for (x, dx, name) in [(q, dq, "q"), (k, dk, "k"), (v, dv, "v")] {
      for row in [0, 3, 63, 64, 66, 70, 78] {
        for column in [0, 5, 9, 15] {
          let step: Float = 1e-2
          let here = x[row, column]
          x[row, column] = here + step
          let up = forward(q, k, v).out.numbers
          x[row, column] = here - step
          let down = forward(q, k, v).out.numbers
          x[row, column] = here
          let rise = zip(zip(up, down), dout.numbers).reduce(0.0) {
            $0 + Double($1.0.0 - $1.0.1) * Double($1.1)
          }
          #expect(
            near(Double(dx[row, column]), rise / Double(2 * step), relative: 1e-2, absolute: 3e-3),
            "d\(name) at \(row), \(column)")
        }
      }
    }
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
