/// Kernels and threads together: the engine's arithmetic on whole matrices.
///
/// Work is split by output rows and columns only, and each output sums in one fixed order, so results do not depend
/// on the number of threads. Unchecked: one caller at a time; each slot of scratch belongs to one thread.
package final class Compute: @unchecked Sendable {
  /// In which order a product's sums run, and so which kernels serve it. Chosen by purpose, never by the number of
  /// rows, so that a row's result does not depend on its company.
  package enum Order: Sendable, Equatable {
    /// For prompts, scoring and tuning: weights decoded panel by panel, k in ascending order.
    case panels
    /// For decoding: each weight row read once, its blocks summed lane by lane.
    case rows
    /// For replies, where speed goes before the last digits: x rounded in blocks of 32, weights in tiles. A row's
    /// numbers depend on nothing but the row, so prompts and decoding agree to the byte.
    case rounded(Kernels.Rounding)

    /// The order for products that rounding to eight bits would hurt most: attention's and the head's.
    var finer: Order {
      if case .rounded = self { return .rounded(.sixteen) }
      return self
    }
  }

  package let kernels: Kernels
  package let workers: Workers
  private var scratch: [Matrix?]
  private var roundedScratch: Matrix?
  let tileSlab = TileSlab()

  /// Arithmetic on `threads` threads (nil: all cores) along `path` (nil: the best).
  package init(threads: Int? = nil, path: Kernels.Path? = nil) {
    kernels = Kernels(path: path)
    workers = Workers(threads: threads)
    scratch = Array(repeating: nil, count: workers.threads)
  }

  /// The slot's scratch as (rows, columns); what it held is gone.
  func panel(_ slot: Int, _ rows: Int, _ columns: Int) -> Matrix {
    if let present = scratch[slot], present.columns >= rows * columns {
      return present.reshaped(rows, columns)
    }
    let fresh = Matrix(rows: 1, columns: max(1 << 16, rows * columns))
    scratch[slot] = fresh
    return fresh.reshaped(rows, columns)
  }

  /// What products share: its rows, and those rounded where the order wants that. Valid until the next one is made.
  package struct Input {
    package let x: Matrix
    package let order: Order
    fileprivate let rounded: Matrix?
  }

  /// The most rows a thread takes at once where rows are independent.
  private static let mostRows = 16

  /// Splits independent rows; few, as in decoding, evenly.
  func splitRows(_ count: Int, _ body: (Range<Int>) -> Void) {
    let share = (count + workers.threads - 1) / workers.threads
    split(count, grain: min(Self.mostRows, max(4, share)), body)
  }

  /// x made ready for products in that order, once `fill` has written the rows it is told: in one go, since each
  /// hand-over to the threads costs as much as some rows.
  package func input(
    _ x: Matrix, order: Order, fill: (Range<Int>) -> Void = { _ in }
  ) -> Input {
    guard case .rounded(let rounding) = order else {
      splitRows(x.rows, fill)
      return Input(x: x, order: order, rounded: nil)
    }
    let rounded = roundedPanel(x.rows, rounding.rowLength(x.columns))
    splitRows(x.rows) { rows in
      fill(rows)
      kernels.round(x.rows(rows), to: rounding, into: rounded.rows(rows))
    }
    return Input(x: x, order: order, rounded: rounded)
  }

  /// Scratch for the rounded rows of one product, which all threads read.
  private func roundedPanel(_ rows: Int, _ columns: Int) -> Matrix {
    if let roundedScratch, roundedScratch.columns >= rows * columns {
      return roundedScratch.reshaped(rows, columns)
    }
    let fresh = Matrix(rows: 1, columns: max(1 << 16, rows * columns))
    roundedScratch = fresh
    return fresh.reshaped(rows, columns)
  }

  /// Splits 0..<count into ranges of about `grain` and runs them on all threads.
  package func split(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    let tasks = (count + grain - 1) / grain
    workers.run(tasks) { task, _ in body(task * grain..<min(count, (task + 1) * grain)) }
  }
}

/// A low-rank addition to some rows of a product: y[rows] += t basis. t (rows, rank) is already scaled.
package struct LowRankTerm {
  var rows: Range<Int>
  var t: Matrix
  /// (rank, outputs)
  var basis: Matrix

  package init(rows: Range<Int>, t: Matrix, basis: Matrix) {
    self.rows = rows
    self.t = t
    self.basis = basis
  }
}

/// One of several products that share their input: y (m, n) = x (m, k) · weights (n, k)ᵀ + terms.
package struct Product {
  var weights: WeightMatrix
  var y: Matrix
  var terms: [LowRankTerm] = []

  package init(weights: WeightMatrix, y: Matrix, terms: [LowRankTerm] = []) {
    self.weights = weights
    self.y = y
    self.terms = terms
  }
}

// MARK: Forward

extension Compute {
  /// Columns of output that one task computes: two register tiles, and a panel that stays in the second-level cache.
  private static let panelWidth = 32

  /// All `products` of x.
  package func multiply(_ x: Matrix, _ products: [Product], order: Order) {
    multiply(input(x, order: order), products)
  }

  /// All `products` of an input.
  func multiply(_ input: Input, _ products: [Product]) {
    switch input.order {
    case .panels: multiplyByPanels(input.x, products)
    case .rows: multiplyByRows(input.x, products)
    case .rounded(let rounding):
      guard let rounded = input.rounded else { preconditionFailure("not rounded") }
      multiplyByTiles(rounded, products, rounding)
    }
  }

  private func multiplyByPanels(_ x: Matrix, _ products: [Product]) {
    let counts = products.map { ($0.weights.rows + Self.panelWidth - 1) / Self.panelWidth }
    workers.run(counts.reduce(0, +)) { task, slot in
      let (place, index) = Self.locate(task, counts)
      let product = products[place]
      let start = index * Self.panelWidth
      let range = start..<min(product.weights.rows, start + Self.panelWidth)
      let panel = panel(slot, x.columns, (range.count + 7) & ~7)
      kernels.packRows(product.weights, range, into: panel)
      kernels.product(
        x, panel.columns(0..<range.count), into: product.y.columns(range), accumulate: false)
      addTerms(product, range, 0..<x.rows)
    }
  }

  private func multiplyByRows(_ x: Matrix, _ products: [Product]) {
    let sums = panel(0, x.rows, max(1, x.columns / 32))
    kernels.blockSums(x, into: sums)
    // Eight tasks a thread even out what the threads are given, and none is too small to hand over.
    let total = products.reduce(0) { $0 + $1.weights.rows }
    let grain = max(16, (total / (workers.threads * 8) + 15) & ~15)
    let counts = products.map { ($0.weights.rows + grain - 1) / grain }
    workers.run(counts.reduce(0, +)) { task, _ in
      let (place, index) = Self.locate(task, counts)
      let product = products[place]
      let range = index * grain..<min(product.weights.rows, (index + 1) * grain)
      kernels.rowsTimes(product.weights, range, x, sums: sums, into: product.y)
      addTerms(product, range, 0..<x.rows)
    }
  }

  /// Rows of x that stay in the second-level cache while a thread's weights pass over them.
  private static let roundedRows = 128

  private func multiplyByTiles(
    _ rounded: Matrix, _ products: [Product], _ rounding: Kernels.Rounding
  ) {
    let tiles = products.map { $0.weights.tiles(self) }
    let total = tiles.reduce(0) { $0 + $1.rows }
    // One long stretch a thread: the processor's prefetching starts anew with each.
    let grain = max(16, (total / workers.threads + 15) & ~15)
    let counts = tiles.map { ($0.rows + grain - 1) / grain }
    let tasks = counts.reduce(0, +)
    let stretches = (rounded.rows + Self.roundedRows - 1) / Self.roundedRows
    workers.run(tasks * stretches) { task, slot in
      let (place, index) = Self.locate(task % tasks, counts)
      let product = products[place]
      let start = task / tasks * Self.roundedRows
      let rows = start..<min(rounded.rows, start + Self.roundedRows)
      let range = index * grain..<min(tiles[place].rows, (index + 1) * grain)
      multiply(
        tiles[place], range, rounded.rows(rows), rounding, into: product.y.rows(rows), slot: slot)
      addTerms(product, range, rows)
    }
  }

  /// The columns `range` of `target` from tiles, the last of which may reach beyond the matrix.
  private func multiply(
    _ tiles: TiledWeights, _ range: Range<Int>, _ rounded: Matrix, _ rounding: Kernels.Rounding,
    into target: Matrix, slot: Int
  ) {
    guard range.upperBound > target.columns else {
      return kernels.tilesTimes(tiles, range, rounded, rounding, into: target.columns(range))
    }
    let wide = panel(slot, target.rows, range.count)
    kernels.tilesTimes(tiles, range, rounded, rounding, into: wide)
    let kept = range.lowerBound..<target.columns
    target.columns(kept).copy(from: wide.columns(0..<kept.count))
  }

  private func addTerms(_ product: Product, _ range: Range<Int>, _ rows: Range<Int>) {
    let range = range.clamped(to: 0..<product.weights.rows)
    for term in product.terms {
      let shared = term.rows.clamped(to: rows)
      guard !shared.isEmpty else { continue }
      let first = term.rows.lowerBound
      kernels.product(
        term.t.rows(shared.lowerBound - first..<shared.upperBound - first),
        term.basis.columns(range), into: product.y.rows(shared).columns(range), accumulate: true)
    }
  }

  private static func locate(_ task: Int, _ counts: [Int]) -> (place: Int, index: Int) {
    var place = 0
    var index = task
    while index >= counts[place] {
      index -= counts[place]
      place += 1
    }
    return (place, index)
  }
}

// MARK: Backward

/// One product on the way back: dx += dy (m, n) · weights (n, k) + dt (m, rank) · a (rank, k).
package struct ProductBackward {
  var weights: WeightMatrix
  var dy: Matrix
  var dt: Matrix?
  var a: Matrix?

  package init(weights: WeightMatrix, dy: Matrix, dt: Matrix? = nil, a: Matrix? = nil) {
    self.weights = weights
    self.dy = dy
    self.dt = dt
    self.a = a
  }
}

extension Compute {
  /// dx = (or, if `accumulate`, +=) the sum over `products`, in their order.
  package func multiplyBackward(_ products: [ProductBackward], into dx: Matrix, accumulate: Bool) {
    let block = products.reduce(32) { max($0, $1.weights.format.blockLength) }
    let width = dx.columns % 32 == 0 ? block : dx.columns
    let depth = max(64, (1 << 16) / width)
    workers.run((dx.columns + width - 1) / width) { task, slot in
      let columns = task * width..<min(dx.columns, (task + 1) * width)
      let target = dx.columns(columns)
      var adding = accumulate
      for product in products {
        for start in stride(from: 0, to: product.weights.rows, by: depth) {
          let rows = start..<min(product.weights.rows, start + depth)
          let panel = panel(slot, rows.count, columns.count)
          kernels.packColumns(product.weights, rows: rows, columns: columns, into: panel)
          kernels.product(product.dy.columns(rows), panel, into: target, accumulate: adding)
          adding = true
        }
        if let dt = product.dt, let a = product.a {
          kernels.product(dt, a.columns(columns), into: target, accumulate: true)
        }
      }
    }
  }

  /// target (p, q) += aᵀ b for a (m, p) and b (m, q): how gradients of small matrices gather over tokens.
  package func addOuterProduct(_ a: Matrix, _ b: Matrix, into target: Matrix) {
    split(b.columns, grain: 64) { columns in
      kernels.product(
        a, transposed: true, b.columns(columns), into: target.columns(columns), accumulate: true)
    }
  }

  /// y (m, _) = scale · x (m, k) · each of `smalls` (p, k)ᵀ, for few rows p: side by side, each padded with zeros to an
  /// equal share of y's columns. `scratch` is (k, y's columns).
  func multiplySmall(_ x: Matrix, _ smalls: [Matrix], into y: Matrix, scale: Float, scratch: Matrix)
  {
    let share = y.columns / smalls.count
    precondition(scratch.rows == x.columns && scratch.columns == y.columns)
    if smalls.contains(where: { $0.rows < share }) { scratch.clear() }
    for (place, small) in smalls.enumerated() {
      kernels.transpose(
        small, into: scratch.columns(place * share..<place * share + small.rows))
    }
    split(x.rows, grain: 48) { rows in
      kernels.product(x.rows(rows), scratch, into: y.rows(rows), accumulate: false)
      kernels.scale(y.rows(rows), by: scale)
    }
  }
}
