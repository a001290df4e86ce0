/// Causal attention with grouped heads: out = softmax(q kᵀ / √headWidth) v, inside each segment.
///
/// Source: Vaswani et al. 2017; grouped heads: Ainslie et al. 2023. Probabilities are never kept: the way back makes
/// them again from the scores and each query's log of the sum of exponentials (Dao et al. 2022), a tile at a time.
package struct Attention {
  var configuration: Configuration
  var compute: Compute

  package init(configuration: Configuration, compute: Compute) {
    self.configuration = configuration
    self.compute = compute
  }

  /// Queries of one tile.
  private static let tile = 64

  private var scale: Float { 1 / Float(configuration.headWidth).squareRoot() }
  private var group: Int { configuration.heads / configuration.keyValueHeads }

  private func columns(_ head: Int) -> Range<Int> {
    head * configuration.headWidth..<(head + 1) * configuration.headWidth
  }

  /// Keys and values that a segment's queries see: the cache's, or its own rows.
  private func seen(_ segment: Segment, _ layer: Int, _ k: Matrix, _ v: Matrix) -> (
    k: Matrix, v: Matrix
  ) {
    guard let cache = segment.cache else { return (k.rows(segment.rows), v.rows(segment.rows)) }
    let all = 0..<segment.position + segment.rows.count
    return (cache.keys[layer].rows(all), cache.values[layer].rows(all))
  }

  // MARK: Forward

  /// q (tokens, query width), k and v (tokens, key-value width), with positions turned in already and the caches
  /// filled. logSums (heads, tokens) is for the way back.
  package func forward(
    q: Matrix, k: Matrix, v: Matrix, batch: Batch, layer: Int, order: Compute.Order,
    logSums: Matrix,
    into out: Matrix
  ) {
    switch order {
    case .rows, .rounded:
      forwardByRows(q: q, batch: batch, layer: layer, k: k, v: v, into: out)
    case .panels:
      forwardByTiles(q: q, k: k, v: v, batch: batch, layer: layer, logSums: logSums, into: out)
    }
  }

  private func forwardByRows(
    q: Matrix, batch: Batch, layer: Int, k: Matrix, v: Matrix, into out: Matrix
  ) {
    let heads = configuration.heads
    let stretches = batch.segments.flatMap { segment in
      stride(from: 0, to: segment.rows.count, by: Self.tile).map {
        (segment: segment, queries: $0..<min(segment.rows.count, $0 + Self.tile))
      }
    }
    compute.workers.run(stretches.count * heads) { task, slot in
      // The last queries see the most keys: they go first, so that the threads end together.
      let (segment, queries) = stretches[stretches.count - 1 - task / heads]
      let head = task % heads
      let keys = columns(head / group)
      let (k, v) = seen(segment, layer, k, v)
      for index in queries {
        let row = segment.rows.lowerBound + index
        let count = segment.position + index + 1
        compute.kernels.attend(
          q.rows(row..<row + 1).columns(columns(head)), keys: k.rows(0..<count).columns(keys),
          values: v.rows(0..<count).columns(keys), scale: scale,
          scores: compute.panel(slot, 1, count),
          into: out.rows(row..<row + 1).columns(columns(head)))
      }
    }
  }

  private func forwardByTiles(
    q: Matrix, k: Matrix, v: Matrix, batch: Batch, layer: Int, logSums: Matrix, into out: Matrix
  ) {
    let tiles = batch.segments.enumerated().flatMap { index, segment in
      stride(from: 0, to: segment.rows.count, by: Self.tile).map { (segment: index, start: $0) }
    }
    // The last tiles see the most keys: they go first, so that the threads end together.
    let tasks = tiles.reversed().flatMap { tile in
      (0..<configuration.keyValueHeads).map { (tile: tile, keyHead: $0) }
    }
    compute.workers.run(tasks.count) { task, slot in
      let (tile, keyHead) = tasks[task]
      let segment = batch.segments[tile.segment]
      let queries = tile.start..<min(segment.rows.count, tile.start + Self.tile)
      let count = segment.position + queries.upperBound
      let rows =
        segment.rows.lowerBound + queries.lowerBound..<segment.rows.lowerBound + queries.upperBound
      let (allKeys, allValues) = seen(segment, layer, k, v)
      let keys = allKeys.rows(0..<count).columns(columns(keyHead))
      let values = allValues.rows(0..<count).columns(columns(keyHead))
      let padded = (count + 7) & ~7
      let scratch = compute.panel(slot, configuration.headWidth + Self.tile, padded)
      let keysAcross = scratch.rows(0..<configuration.headWidth).columns(0..<count)
      let scores = scratch.rows(configuration.headWidth..<configuration.headWidth + rows.count)
        .columns(0..<count)
      compute.kernels.transpose(keys, into: keysAcross)
      for head in keyHead * group..<(keyHead + 1) * group {
        compute.kernels.product(
          q.rows(rows).columns(columns(head)), keysAcross, into: scores, accumulate: false)
        compute.kernels.causalSoftmax(
          scores, visible: segment.position + queries.lowerBound + 1, scale: scale,
          logSums: logSums.rowAsColumn(head, rows))
        compute.kernels.product(
          scores, values, into: out.rows(rows).columns(columns(head)), accumulate: false)
      }
    }
  }

  // MARK: Backward

  /// From dout to dq, dk, dv (all overwritten), for segments without a cache.
  package func backward(
    q: Matrix, k: Matrix, v: Matrix, batch: Batch, logSums: Matrix, dout: Matrix, dq: Matrix,
    dk: Matrix,
    dv: Matrix
  ) {
    let keyHeads = configuration.keyValueHeads
    let width = configuration.headWidth
    compute.workers.run(batch.segments.count * keyHeads) { task, slot in
      let segment = batch.segments[task / keyHeads]
      let keyHead = task % keyHeads
      let count = segment.rows.count
      let padded = (count + 7) & ~7
      let scratch = compute.panel(slot, 2 * width + 2 * Self.tile, padded)
      let keysAcross = scratch.rows(0..<width).columns(0..<count)
      let valuesAcross = scratch.rows(width..<2 * width).columns(0..<count)
      let keys = k.rows(segment.rows).columns(columns(keyHead))
      let dKeys = dk.rows(segment.rows).columns(columns(keyHead))
      let dValues = dv.rows(segment.rows).columns(columns(keyHead))
      compute.kernels.transpose(keys, into: keysAcross)
      compute.kernels.transpose(v.rows(segment.rows).columns(columns(keyHead)), into: valuesAcross)
      dKeys.clear()
      dValues.clear()
      for head in keyHead * group..<(keyHead + 1) * group {
        for start in stride(from: 0, to: count, by: Self.tile) {
          let queries = start..<min(count, start + Self.tile)
          let seen = queries.upperBound
          let rows =
            segment.rows.lowerBound + queries.lowerBound..<segment.rows.lowerBound
            + queries.upperBound
          let tileQ = q.rows(rows).columns(columns(head))
          let tileDout = dout.rows(rows).columns(columns(head))
          let p = scratch.rows(2 * width..<2 * width + rows.count).columns(0..<seen)
          let ds = scratch.rows(2 * width + Self.tile..<2 * width + Self.tile + rows.count)
            .columns(0..<seen)
          compute.kernels.product(tileQ, keysAcross.columns(0..<seen), into: p, accumulate: false)
          compute.kernels.product(
            tileDout, valuesAcross.columns(0..<seen), into: ds, accumulate: false)
          compute.kernels.causalSoftmaxBackward(
            p, dp: ds, visible: queries.lowerBound + 1, scale: scale,
            logSums: logSums.rowAsColumn(head, rows))
          compute.kernels.product(
            p, transposed: true, tileDout, into: dValues.rows(0..<seen), accumulate: true)
          compute.kernels.product(
            ds, transposed: true, tileQ, into: dKeys.rows(0..<seen), accumulate: true)
          compute.kernels.product(
            ds, keys.rows(0..<seen), into: dq.rows(rows).columns(columns(head)), accumulate: false)
        }
      }
    }
  }
}
