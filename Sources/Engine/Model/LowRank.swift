/// The adapter's part in products that share an input: y += scale · (x Aᵀ) Bᵀ, forward and backward.
///
/// Source: Hu et al. 2021 (LoRA). t = scale · x Aᵀ is kept for the way back; ranks are padded to whole vectors.
struct LowRank {
  var compute: Compute
  var arena: Arena

  /// t for one run of rows, all projections of a group side by side.
  struct Projected {
    var rows: Range<Int>
    var use: AdapterUse
    /// For each projection of the group, where it is adapted: (rows, rank).
    var t: [Matrix?]
  }

  /// t of each run, for the projections `group` of `layer`, which share the input x.
  func forward(
    _ x: Matrix, _ group: [Projection], layer: Int, batch: Batch, order: Compute.Order
  ) -> [Projected] {
    batch.runs.compactMap { run in
      let pairs = group.map { run.use.adapter.pair(layer, $0) }
      guard pairs.contains(where: { $0 != nil }) else { return nil }
      let input = x.rows(run.rows)
      let rank = run.use.adapter.configuration.rank
      let t: [Matrix?]
      switch order {
      case .panels: t = byPanels(input, pairs.map { $0?.a }, rank: rank, scale: run.use.scale)
      case .rows, .rounded: t = byRows(input, pairs.map { $0?.a }, rank: rank, scale: run.use.scale)
      }
      return Projected(rows: run.rows, use: run.use, t: t)
    }
  }

  private func byPanels(_ x: Matrix, _ matrices: [Matrix?], rank: Int, scale: Float) -> [Matrix?] {
    let padded = Self.padded(rank)
    let count = matrices.count { $0 != nil }
    let all = arena.take(x.rows, count * padded)
    arena.scope {
      let scratch = arena.take(x.columns, count * padded)
      compute.multiplySmall(
        x, matrices.compactMap { $0 }, into: all, scale: scale, scratch: scratch)
    }
    var place = 0
    return matrices.map { matrix in
      guard matrix != nil else { return nil }
      defer { place += 1 }
      return all.columns(place * padded..<place * padded + rank)
    }
  }

  private func byRows(_ x: Matrix, _ matrices: [Matrix?], rank: Int, scale: Float) -> [Matrix?] {
    matrices.map { matrix in
      guard let matrix else { return nil }
      let t = arena.take(x.rows, rank)
      // The adapter's A is fp32 without minima, so the sums are not read.
      compute.split(x.rows, grain: 16) { rows in
        let (x, t) = (x.rows(rows), t.rows(rows))
        compute.kernels.rowsTimes(matrix.weights, 0..<rank, x, sums: t, into: t)
        compute.kernels.scale(t, by: scale)
      }
      return t
    }
  }

  /// The terms that `multiply` adds for projection `index` of the group.
  static func terms(_ projected: [Projected], _ projection: Projection, index: Int, layer: Int)
    -> [LowRankTerm]
  {
    projected.compactMap { run in
      guard let t = run.t[index], let pair = run.use.adapter.pair(layer, projection) else {
        return nil
      }
      return LowRankTerm(rows: run.rows, t: t, basis: pair.b)
    }
  }

  /// From dy of one projection: adds to the gradients of A and B and returns what the input's slope needs,
  /// dt = scale · dy B, and A. Nil where the projection is not adapted. One run that covers all rows.
  func backward(
    _ x: Matrix, dy: Matrix, t: Matrix?, _ projection: Projection, layer: Int, use: AdapterUse,
    gradients: Adapter.Gradients
  ) -> (dt: Matrix, a: Matrix)? {
    guard let t, let pair = use.adapter.pair(layer, projection),
      let slope = gradients.pair(layer, projection)
    else { return nil }
    let rank = pair.a.rows
    let dt = arena.take(dy.rows, Self.padded(rank))
    arena.scope {
      let scratch = arena.take(dy.columns, Self.padded(rank))
      compute.multiplySmall(dy, [pair.b], into: dt, scale: use.scale, scratch: scratch)
    }
    compute.addOuterProduct(t, dy, into: slope.b)
    compute.addOuterProduct(dt.columns(0..<rank), x, into: slope.a)
    return (dt.columns(0..<rank), pair.a)
  }

  private static func padded(_ rank: Int) -> Int { (rank + 7) & ~7 }
}
