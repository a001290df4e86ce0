import Engine
import Testing

/// Attention over more than one tile, grouped heads, two segments.
@Suite("Attention")
struct AttentionTests {
  private let configuration: Configuration
  private let attention: Attention
  private let batch: Batch
  private let count = 79
  private let heads = 4

  init() throws {
    var configuration = try Model(path: Fixtures.path("tiny/llama")).configuration
    configuration.heads = 4
    configuration.keyValueHeads = 2
    configuration.headWidth = 8
    self.configuration = configuration
    attention = Attention(configuration: configuration, compute: Compute(threads: 2))
    var batch = Batch()
    batch.append([Token](repeating: 0, count: 70))
    batch.append([Token](repeating: 0, count: 9))
    self.batch = batch
  }

  private func forward(
    _ q: Matrix, _ k: Matrix, _ v: Matrix, in batch: Batch? = nil
  ) -> (out: Matrix, logSums: Matrix) {
    let batch = batch ?? self.batch
    let out = Matrix(rows: q.rows, columns: 32)
    let logSums = Matrix(rows: heads, columns: q.rows)
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

  /// A beginning of 21 rows, on which 70 and 9 others follow: once shared, once written out for each.
  @Test func aSharedBeginningIsTheSameAttention() {
    var shared = Batch()
    shared.append([Token](repeating: 0, count: 21))
    shared.append([Token](repeating: 0, count: 70), after: 0..<21, use: nil)
    shared.append([Token](repeating: 0, count: 9), after: 0..<21, use: nil)
    var apart = Batch()
    apart.append([Token](repeating: 0, count: 91))
    apart.append([Token](repeating: 0, count: 30))
    // Where each row written out stands among the shared ones.
    let places = Array(0..<91) + Array(0..<21) + Array(91..<100)
    func spread(_ x: Matrix, _ once: Bool = false) -> Matrix {
      let y = Matrix(rows: places.count, columns: x.columns)
      for (row, place) in places.enumerated() where !once || !(91..<112).contains(row) {
        y.setRow(row, x.row(place))
      }
      return y
    }
    var random = SplitMix(seed: 3)
    let (q, k, v) = (random.matrix(100, 32), random.matrix(100, 16), random.matrix(100, 16))
    let dout = random.matrix(100, 32)
    let here = forward(q, k, v, in: shared)
    let there = forward(spread(q), spread(k), spread(v), in: apart)
    for (row, place) in places.enumerated() { #expect(there.out.row(row) == here.out.row(place)) }

    func slopes(
      _ q: Matrix, _ k: Matrix, _ v: Matrix, _ logSums: Matrix, _ dout: Matrix, _ batch: Batch
    ) -> [Matrix] {
      let slopes = [q, k, v].map { Matrix(rows: $0.rows, columns: $0.columns) }
      attention.backward(
        q: q, k: k, v: v, batch: batch, logSums: logSums, dout: dout, dq: slopes[0], dk: slopes[1],
        dv: slopes[2])
      return slopes
    }
    let found = slopes(q, k, v, here.logSums, dout, shared)
    let written = slopes(
      spread(q), spread(k), spread(v), there.logSums, spread(dout, true), apart)
    for (dx, parts) in zip(found, written) {
      let sum = Matrix(rows: 100, columns: dx.columns)
      for (row, place) in places.enumerated() {
        sum.setRow(place, zip(sum.row(place), parts.row(row)).map(+))
      }
      #expect(distance(dx, sum) < 1e-5)
    }
  }

  /// Long enough for several parts, so that more threads than key heads have work.
  @Test func slopesDoNotDependOnThreads() {
    var long = Batch()
    long.append([Token](repeating: 0, count: 40))
    long.append([Token](repeating: 0, count: 600), after: 0..<40, use: nil)
    var random = SplitMix(seed: 4)
    let (q, k, v) = (random.matrix(640, 32), random.matrix(640, 16), random.matrix(640, 16))
    let dout = random.matrix(640, 32)
    let logSums = forward(q, k, v, in: long).logSums
    let results = [1, 2, 7].map { threads in
      let attention = Attention(
        configuration: configuration, compute: Compute(threads: threads))
      let slopes = [q, k, v].map { Matrix(rows: 640, columns: $0.columns) }
      attention.backward(
        q: q, k: k, v: v, batch: long, logSums: logSums, dout: dout, dq: slopes[0], dk: slopes[1],
        dv: slopes[2])
      return slopes.map(\.numbers)
    }
    #expect(results[1] == results[0] && results[2] == results[0])
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
