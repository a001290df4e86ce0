import Engine
import Testing

/// Every path of kernels that this machine has against plain loops in double precision.
@Suite("Kernels equal plain loops on every path")
struct KernelTests {
  static let paths = Kernels.paths

  private func product(_ a: Matrix, _ b: Matrix) -> [[Double]] {
    (0..<a.rows).map { i in
      (0..<b.columns).map { j in
        (0..<a.columns).reduce(0.0) { $0 + Double(a[i, $1]) * Double(b[$1, j]) }
      }
    }
  }

  private func expect(_ found: Matrix, _ expected: [[Double]], _ tolerance: Double = 1e-5) {
    for (row, numbers) in expected.enumerated() {
      for (column, number) in numbers.enumerated() {
        #expect(
          near(Double(found[row, column]), number, relative: tolerance, absolute: tolerance * 10))
      }
    }
  }

  @Test(arguments: paths, [(1, 16, 7), (6, 33, 300), (8, 24, 5), (13, 47, 600), (5, 3, 2)])
  func product(path: Kernels.Path, shape: (m: Int, n: Int, k: Int)) {
    let kernels = Kernels(path: path)
    var random = SplitMix(seed: 1)
    let a = random.matrix(shape.m, shape.k)
    let b = random.matrix(shape.k, shape.n)
    let across = Matrix(rows: shape.k, columns: shape.m)
    kernels.transpose(a, into: across)
    let c = Matrix(rows: shape.m, columns: shape.n)
    kernels.product(a, b, into: c, accumulate: false)
    expect(c, product(a, b))
    let d = Matrix(rows: shape.m, columns: shape.n)
    kernels.product(across, transposed: true, b, into: d, accumulate: false)
    #expect(c.numbers == d.numbers)
    kernels.product(a, b, into: d, accumulate: true)
    expect(d, product(a, b).map { $0.map { 2 * $0 } })
  }

  @Test(arguments: paths, TensorFormat.allCases)
  func weightsInEveryFormat(path: Kernels.Path, format: TensorFormat) {
    let compute = Compute(threads: 2, path: path)
    var random = SplitMix(seed: UInt64(format.rawValue) + 9)
    let weights = random.weights(format, 43, 512)
    let plain = Matrix(rows: 43, columns: 512)
    for row in 0..<43 { compute.kernels.decodeRow(weights, row, into: plain, row: row) }
    let across = Matrix(rows: 512, columns: 43)
    compute.kernels.transpose(plain, into: across)
    let x = random.matrix(7, 512)
    let expected = product(x, across)
    let largest = expected.flatMap { $0.map(abs) }.max() ?? 1
    for order in [Compute.Order.panels, .rows] {
      let y = Matrix(rows: 7, columns: 43)
      compute.multiply(x, [Product(weights: weights, y: y)], order: order)
      for row in 0..<7 {
        for column in 0..<43 {
          #expect(abs(Double(y[row, column]) - expected[row][column]) < 2e-5 * largest)
        }
      }
    }
    let dy = random.matrix(7, 43)
    let dx = Matrix(rows: 7, columns: 512)
    compute.multiplyBackward(
      [ProductBackward(weights: weights, dy: dy)], into: dx, accumulate: false)
    let back = product(dy, plain)
    let most = back.flatMap { $0.map(abs) }.max() ?? 1
    for row in 0..<7 {
      for column in 0..<512 {
        #expect(abs(Double(dx[row, column]) - back[row][column]) < 2e-5 * most)
      }
    }
  }

  @Test(arguments: paths)
  func aRowAloneEqualsTheRowInCompany(path: Kernels.Path) {
    let compute = Compute(threads: 2, path: path)
    var random = SplitMix(seed: 3)
    for format in [TensorFormat.q4_0, .q4_1, .q8_0, .q6_K, .f16] {
      let weights = random.weights(format, 70, 256)
      let x = random.matrix(11, 256)
      for order in [Compute.Order.panels, .rows] {
        let together = Matrix(rows: 11, columns: 70)
        compute.multiply(x, [Product(weights: weights, y: together)], order: order)
        for row in 0..<11 {
          let alone = Matrix(rows: 1, columns: 70)
          compute.multiply(
            x.rows(row..<row + 1), [Product(weights: weights, y: alone)], order: order)
          #expect(alone.row(0) == together.row(row), "\(format) \(order)")
        }
      }
    }
  }

  @Test(arguments: paths, [2, 30, 32, 70, 4096])
  func readingSumsWords(path: Kernels.Path, count: Int) {
    var random = SplitMix(seed: 4)
    let x = random.matrix(1, count)
    let words = stride(from: 0, to: count, by: 2).map {
      UInt64(x[0, $0].bitPattern) | UInt64(x[0, $0 + 1].bitPattern) << 32
    }
    #expect(Kernels(path: path).read(x) == words.reduce(0, &+))
  }

  @Test(arguments: paths)
  func logSumExpAndKL(path: Kernels.Path) {
    let kernels = Kernels(path: path)
    var random = SplitMix(seed: 5)
    let p = random.matrix(1, 10_001, scale: 12)
    let q = random.matrix(1, 10_001, scale: 12)
    func logSum(_ x: [Float]) -> Double {
      log(x.reduce(0.0) { $0 + exp(Double($1)) })
    }
    let (a, b) = (p.row(0), q.row(0))
    #expect(near(Double(kernels.logSumExp(p, row: 0)), logSum(a), absolute: 2e-5))
    let expected = zip(a, b).reduce(0.0) { sum, pair in
      let logP = Double(pair.0) - logSum(a)
      return sum + exp(logP) * (logP - (Double(pair.1) - logSum(b)))
    }
    #expect(near(kernels.klDivergence(p, q, row: 0), expected, relative: 1e-4))
    #expect(abs(kernels.klDivergence(p, p, row: 0)) < 1e-6)
  }

  @Test(arguments: paths)
  func attendEqualsSoftmaxOverKeys(path: Kernels.Path) {
    let kernels = Kernels(path: path)
    var random = SplitMix(seed: 6)
    for (heads, count) in [(1, 1), (2, 7), (3, 8), (4, 65), (5, 20)] {
      let q = random.matrix(1, 24 * heads)
      let keys = random.matrix(count, 24)
      let values = random.matrix(count, 24)
      let out = Matrix(rows: 1, columns: 24 * heads)
      kernels.attend(
        q, Kernels.Seen(keys: keys, values: values), scale: 0.7,
        scores: Matrix(rows: 1, columns: 3 * count), into: out)
      for head in 0..<heads {
        let scores = (0..<count).map { t in
          exp(
            0.7
              * (0..<24).reduce(0.0) { $0 + Double(q[0, 24 * head + $1]) * Double(keys[t, $1]) })
        }
        let total = scores.reduce(0, +)
        for column in 0..<24 {
          let expected = (0..<count).reduce(0.0) {
            $0 + scores[$1] / total * Double(values[$1, column])
          }
          #expect(near(Double(out[0, 24 * head + column]), expected, absolute: 1e-5))
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
