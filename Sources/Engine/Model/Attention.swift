/// Causal attention with grouped heads: out = softmax(q kᵀ / √headWidth) v, inside each segment.
///
/// Source: Vaswani et al. 2017; grouped heads: Ainslie et al. 2023. Probabilities are never kept: the way back makes
/// them again from the scores and each query's log of the sum of exponentials (Dao et al. 2022), a tile at a time.
package struct Attention {
  var configuration: Configuration
  var compute: Compute
  var arena: Arena

  package init(configuration: Configuration, compute: Compute, arena: Arena = Arena()) {
    self.configuration = configuration
    self.compute = compute
    self.arena = arena
  }

  /// Queries of one tile: whole register tiles, and few keys behind the causal edge.
  private static let tile = 48
  /// The most parts that a segment's way back is split into for the threads.
  private static let mostParts = 8

  private var scale: Float { 1 / Float(configuration.headWidth).squareRoot() }
  private var group: Int { configuration.heads / configuration.keyValueHeads }

  private func columns(_ head: Int) -> Range<Int> {
    head * configuration.headWidth..<(head + 1) * configuration.headWidth
  }

  /// Keys and values of one head that a segment's queries see: rows `runs` of k and v, oldest first.
  private struct Seen {
    var k: Matrix
    var v: Matrix
    var runs: [Range<Int>]

    /// The first `count` of them.
    func first(_ count: Int) -> Seen {
      var left = count
      var runs: [Range<Int>] = []
      for run in self.runs where left > 0 {
        runs.append(run.prefix(left))
        left -= runs[runs.count - 1].count
      }
      return Seen(k: k, v: v, runs: runs)
    }
  }

  /// The first `count`: the cache's, where the segment has one, or those of the beginning that it shares and its own.
  /// `scratch` as `KVCache.seen` wants it.
  private func seen(
    _ segment: Segment, _ layer: Int, _ keyHead: Int, _ k: Matrix, _ v: Matrix, count: Int,
    scratch: Matrix? = nil
  ) -> Seen {
    if let cache = segment.cache {
      let (keys, values) = cache.seen(
        layer, keyHead, count: count, kernels: compute.kernels, scratch: scratch)
      return Seen(k: keys, v: values, runs: [0..<count])
    }
    let runs = segment.prefix.isEmpty ? [segment.rows] : [segment.prefix, segment.rows]
    let head = columns(keyHead)
    return Seen(k: k.columns(head), v: v.columns(head), runs: runs).first(count)
  }

  /// Those rows of `x`, transposed side by side.
  private func transpose(_ x: Matrix, _ runs: [Range<Int>], into y: Matrix) {
    var place = 0
    for run in runs {
      compute.kernels.transpose(x.rows(run), into: y.columns(place..<place + run.count))
      place += run.count
    }
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
    precondition(batch.segments.allSatisfy { $0.prefix.isEmpty }, "decoding shares no rows")
    let stretches = batch.segments.flatMap { segment in
      stride(from: 0, to: segment.rows.count, by: Self.tile).map {
        (segment: segment, queries: $0..<min(segment.rows.count, $0 + Self.tile))
      }
    }
    // A group's heads read the same keys: one thread takes them all, where there is enough else to share out.
    let isEnough = stretches.count * configuration.keyValueHeads >= compute.workers.threads
    let together = isEnough ? group : 1
    let takers = configuration.heads / together
    let width = configuration.headWidth
    func next(_ task: Int) -> Kernels.Seen? {
      guard task < stretches.count * takers else { return nil }
      let (segment, queries) = stretches[stretches.count - 1 - task / takers]
      return segment.cache?.kept(
        layer, task % takers * together / group, count: segment.position + queries.upperBound)
    }
    compute.workers.run(stretches.count * takers) { task, slot in
      // The last queries see the most keys: they go first, so that the threads end together.
      let (segment, queries) = stretches[stretches.count - 1 - task / takers]
      let first = task % takers * together
      let heads = columns(first).lowerBound..<columns(first + together - 1).upperBound
      let most = segment.position + queries.upperBound
      let scratch = compute.panel(slot, 1, most * (2 * width + together))
      let scores = scratch.columns(2 * width * most..<scratch.columns)
      if queries.count == 1, let cache = segment.cache, Kernels.Seen.canBeHalves(width: width) {
        let row = segment.rows.lowerBound + queries.lowerBound
        return compute.kernels.attend(
          q.rows(row..<row + 1).columns(heads), cache.kept(layer, first / group, count: most),
          fetching: next(task + 1), scale: scale, scores: scores,
          into: out.rows(row..<row + 1).columns(heads))
      }
      let seen = seen(
        segment, layer, first / group, k, v, count: most,
        scratch: scratch.columns(0..<2 * width * most))
      let start = seen.runs[0].lowerBound
      for index in queries {
        let row = segment.rows.lowerBound + index
        let count = segment.position + index + 1
        let keys = seen.k.rows(start..<start + count)
        let values = seen.v.rows(start..<start + count)
        compute.kernels.attend(
          q.rows(row..<row + 1).columns(heads), Kernels.Seen(keys: keys, values: values),
          scale: scale, scores: scores, into: out.rows(row..<row + 1).columns(heads))
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
      let seen = seen(segment, layer, keyHead, k, v, count: count)
      let width = configuration.headWidth
      let padded = (count + 7) & ~7
      let scratch = compute.panel(slot, 2 * width + Self.tile, padded)
      let keysAcross = scratch.rows(0..<width).columns(0..<count)
      let scores = scratch.rows(2 * width..<2 * width + rows.count).columns(0..<count)
      transpose(seen.k, seen.runs, into: keysAcross)
      let values = gathered(
        seen.v, seen.runs,
        scratch: scratch.rows(width..<2 * width).reshaped(padded, width))
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

  /// Those rows of `x` as one matrix. They are summed in one stretch then, so that a query's
  /// result is the same to the byte whether its beginning is shared or not.
  private func gathered(
    _ x: Matrix, _ runs: [Range<Int>], scratch: Matrix
  ) -> Matrix {
    if runs.count == 1 { return x.rows(runs[0]) }
    var place = 0
    for run in runs {
      scratch.rows(place..<place + run.count).copy(from: x.rows(run))
      place += run.count
    }
    return scratch.rows(0..<place)
  }

  // MARK: Backward

  /// Some of a segment's query tiles: every `stride`-th from `first` on, so that all parts of a segment see about as
  /// many keys. What they add to the keys' and values' slopes gathers in `rows` of the sums.
  private struct Part {
    var segment: Segment
    var first: Int
    var stride: Int
    var rows: Range<Int>
  }

  /// How many parts a segment has is a matter of its length alone: a sum's order never depends on the threads, and
  /// memory grows with the length, not its square.
  private func parts(_ batch: Batch) -> [Part] {
    var parts: [Part] = []
    var row = 0
    for segment in batch.segments {
      let tiles = (segment.rows.count + Self.tile - 1) / Self.tile
      let count = min(Self.mostParts, (tiles + 1) / 2)
      let seen = segment.prefix.count + segment.rows.count
      for first in 0..<count {
        parts.append(Part(segment: segment, first: first, stride: count, rows: row..<row + seen))
        row += seen
      }
    }
    return parts
  }

  /// From dout to dq, dk, dv (all overwritten), for segments without a cache.
  package func backward(
    q: Matrix, k: Matrix, v: Matrix, batch: Batch, logSums: Matrix, dout: Matrix, dq: Matrix,
    dk: Matrix,
    dv: Matrix
  ) {
    let keyHeads = configuration.keyValueHeads
    let parts = parts(batch)
    let count = parts.last?.rows.upperBound ?? 0
    arena.scope {
      let keySums = arena.take(count, configuration.keyValueWidth)
      let valueSums = arena.take(count, configuration.keyValueWidth)
      compute.workers.run(parts.count * keyHeads) { task, slot in
        let part = parts[task / keyHeads]
        let keyHead = task % keyHeads
        backward(
          part, keyHead, q: q, seen: seen(part.segment, 0, keyHead, k, v, count: part.rows.count),
          logSums: logSums,
          dout: dout,
          dq: dq, dKeys: keySums.rows(part.rows).columns(columns(keyHead)),
          dValues: valueSums.rows(part.rows).columns(columns(keyHead)), slot: slot)
      }
      gather(parts, keySums, into: dk)
      gather(parts, valueSums, into: dv)
    }
  }

  private func backward(
    _ part: Part, _ keyHead: Int, q: Matrix, seen: Seen, logSums: Matrix, dout: Matrix,
    dq: Matrix, dKeys: Matrix, dValues: Matrix, slot: Int
  ) {
    let width = configuration.headWidth
    let (segment, count) = (part.segment, part.rows.count)
    let padded = (count + 7) & ~7
    let scratch = compute.panel(slot, 2 * width + 2 * Self.tile, padded)
    let keysAcross = scratch.rows(0..<width).columns(0..<count)
    let valuesAcross = scratch.rows(width..<2 * width).columns(0..<count)
    transpose(seen.k, seen.runs, into: keysAcross)
    transpose(seen.v, seen.runs, into: valuesAcross)
    dKeys.clear()
    dValues.clear()
    for head in keyHead * group..<(keyHead + 1) * group {
      for start in stride(
        from: part.first * Self.tile, to: segment.rows.count, by: part.stride * Self.tile)
      {
        let rows = segment.rows.dropFirst(start).prefix(Self.tile)
        let sees = segment.prefix.count + start + rows.count
        let tileQ = q.rows(rows).columns(columns(head))
        let tileDout = dout.rows(rows).columns(columns(head))
        let p = scratch.rows(2 * width..<2 * width + rows.count).columns(0..<sees)
        let ds = scratch.rows(2 * width + Self.tile..<2 * width + Self.tile + rows.count)
          .columns(0..<sees)
        compute.kernels.product(tileQ, keysAcross.columns(0..<sees), into: p, accumulate: false)
        compute.kernels.product(
          tileDout, valuesAcross.columns(0..<sees), into: ds, accumulate: false)
        compute.kernels.causalSoftmaxBackward(
          p, dp: ds, visible: segment.prefix.count + start + 1, scale: scale,
          logSums: logSums.rowAsColumn(head, rows))
        compute.kernels.product(
          p, transposed: true, tileDout, into: dValues.rows(0..<sees), accumulate: true)
        compute.kernels.product(
          ds, transposed: true, tileQ, into: dKeys.rows(0..<sees), accumulate: true)
        var place = 0
        for run in seen.first(sees).runs {
          compute.kernels.product(
            ds.columns(place..<place + run.count), seen.k.rows(run),
            into: dq.rows(rows).columns(columns(head)), accumulate: place > 0)
          place += run.count
        }
      }
    }
  }

  /// Adds up the parts' sums in their order; a shared beginning gets those of all that follow on it.
  private func gather(_ parts: [Part], _ sums: Matrix, into dx: Matrix) {
    compute.split(dx.columns, grain: 32) { columns in
      dx.columns(columns).clear()
      for part in parts {
        let (shared, own) = (part.segment.prefix, part.segment.rows)
        let from = sums.rows(part.rows).columns(columns)
        compute.kernels.add(from.rows(0..<shared.count), to: dx.rows(shared).columns(columns))
        compute.kernels.add(
          from.rows(shared.count..<from.rows), to: dx.rows(own).columns(columns))
      }
    }
  }
}
