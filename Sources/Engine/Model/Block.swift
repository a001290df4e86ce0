/// What a block's forward keeps for its backward. Everything cheap to make again is left out.
struct BlockTape {
  /// The block's input (tokens, width).
  var x: Matrix
  var attentionInverse: Matrix
  /// With positions turned in.
  var q: Matrix
  var k: Matrix
  var v: Matrix
  var logSums: Matrix
  var attended: Matrix
  /// Between attention and feed-forward (tokens, width).
  var middle: Matrix
  var feedForwardInverse: Matrix
  var gate: Matrix
  var up: Matrix
  /// t of the adapted projections, by group.
  var attentionInput: [LowRank.Projected]
  var attentionOutput: [LowRank.Projected]
  var feedForwardInput: [LowRank.Projected]
  var feedForwardOutput: [LowRank.Projected]
}

/// One transformer block of the llama family: x + attention(norm x), then that + feedForward(norm that).
///
/// Source: Touvron et al. 2023 (LLaMA): RMSNorm before each part, rotary positions, SwiGLU.
struct Block {
  var configuration: Configuration
  var weights: BlockWeights
  var layer: Int
  var rope: RopeTable
  var compute: Compute
  var arena: Arena

  private static let attentionGroup: [Projection] = [.q, .k, .v]
  private static let feedForwardGroup: [Projection] = [.gate, .up]
  /// Rows a thread takes at once where rows are independent.
  private static let grain = 16

  private var lowRank: LowRank { LowRank(compute: compute, arena: arena) }
  private var attention: Attention { Attention(configuration: configuration, compute: compute) }

  // MARK: Forward

  /// The block's output for x (tokens, width), in `y`. All else is taken from the arena and left there: the caller
  /// gives it back, with the tape if the way back is not wanted.
  @discardableResult
  func forward(_ x: Matrix, batch: Batch, order: Compute.Order, into y: Matrix) -> BlockTape {
    let count = x.rows
    let normed = arena.take(count, configuration.width)
    let attentionInverse = arena.take(count, 1)
    norm(x, weights.attentionNorm, into: normed, inverse: attentionInverse)
    let q = arena.take(count, configuration.queryWidth)
    let k = arena.take(count, configuration.keyValueWidth)
    let v = arena.take(count, configuration.keyValueWidth)
    let attentionInput = project(
      normed, Self.attentionGroup, batch, order.finer, into: [q, k, v])
    turn(q, batch, direction: 1)
    turn(k, batch, direction: 1)
    store(k, v, batch)
    let attended = arena.take(count, configuration.queryWidth)
    let logSums = arena.take(configuration.heads, count)
    attention.forward(
      q: q, k: k, v: v, batch: batch, layer: layer, order: order, logSums: logSums, into: attended)
    let middle = arena.take(count, configuration.width)
    let attentionOutput = project(attended, [.o], batch, order, into: [middle])
    add(x, to: middle)

    let feedForwardInverse = arena.take(count, 1)
    norm(middle, weights.feedForwardNorm, into: normed, inverse: feedForwardInverse)
    let gate = arena.take(count, configuration.hiddenWidth)
    let up = arena.take(count, configuration.hiddenWidth)
    let feedForwardInput = project(normed, Self.feedForwardGroup, batch, order, into: [gate, up])
    let active = arena.take(count, configuration.hiddenWidth)
    activate(gate, up, into: active)
    let feedForwardOutput = project(active, [.down], batch, order, into: [y])
    add(middle, to: y)
    return BlockTape(
      x: x, attentionInverse: attentionInverse, q: q, k: k, v: v, logSums: logSums,
      attended: attended,
      middle: middle, feedForwardInverse: feedForwardInverse, gate: gate, up: up,
      attentionInput: attentionInput, attentionOutput: attentionOutput,
      feedForwardInput: feedForwardInput, feedForwardOutput: feedForwardOutput)
  }

  private func project(
    _ x: Matrix, _ group: [Projection], _ batch: Batch, _ order: Compute.Order,
    into outputs: [Matrix]
  ) -> [LowRank.Projected] {
    let projected = lowRank.forward(x, group, layer: layer, batch: batch, order: order)
    let products = group.indices.map { index in
      Product(
        weights: weights[group[index]], y: outputs[index],
        terms: LowRank.terms(projected, group[index], index: index, layer: layer))
    }
    compute.multiply(x, products, order: order)
    return projected
  }

  private func store(_ k: Matrix, _ v: Matrix, _ batch: Batch) {
    for segment in batch.segments {
      guard let cache = segment.cache else { continue }
      let places = segment.position..<segment.position + segment.rows.count
      cache.keys[layer].rows(places).copy(from: k.rows(segment.rows))
      cache.values[layer].rows(places).copy(from: v.rows(segment.rows))
    }
  }

  // MARK: Backward

  /// From dy (tokens, width), which is changed in place to dx, with gradients added for every adapted projection.
  /// The tape is one of `forward` in panels, without caches, all rows under one `use`. With `isLowest`, nothing below
  /// is wanted and dx is left unfinished.
  func backward(
    _ tape: BlockTape, dy: Matrix, batch: Batch, use: AdapterUse, gradients: Adapter.Gradients,
    isLowest: Bool
  ) {
    feedForwardBackward(tape, dy: dy, use: use, gradients: gradients)
    attentionBackward(
      tape, dy: dy, batch: batch, use: use, gradients: gradients, isLowest: isLowest)
  }

  private func feedForwardBackward(
    _ tape: BlockTape, dy: Matrix, use: AdapterUse, gradients: Adapter.Gradients
  ) {
    let count = dy.rows
    arena.scope {
      let active = arena.take(count, configuration.hiddenWidth)
      activate(tape.gate, tape.up, into: active)
      let dActive = arena.take(count, configuration.hiddenWidth)
      projectBackward(
        active, [.down], tape.feedForwardOutput, dys: [dy], use: use, gradients: gradients,
        into: dActive)
      compute.split(count, grain: Self.grain) { rows in
        compute.kernels.siluMultiplyBackward(
          gate: tape.gate.rows(rows), up: tape.up.rows(rows), dy: dActive.rows(rows),
          dgate: tape.gate.rows(rows), dup: tape.up.rows(rows))
      }
      let normed = arena.take(count, configuration.width)
      let dNormed = arena.take(count, configuration.width)
      let inverse = arena.take(count, 1)
      norm(tape.middle, weights.feedForwardNorm, into: normed, inverse: inverse)
      projectBackward(
        normed, Self.feedForwardGroup, tape.feedForwardInput, dys: [tape.gate, tape.up], use: use,
        gradients: gradients, into: dNormed)
      normBackward(
        tape.middle, weights.feedForwardNorm, tape.feedForwardInverse, dy: dNormed, into: dy)
    }
  }

  private func attentionBackward(
    _ tape: BlockTape, dy: Matrix, batch: Batch, use: AdapterUse, gradients: Adapter.Gradients,
    isLowest: Bool
  ) {
    let count = dy.rows
    arena.scope {
      let dAttended = arena.take(count, configuration.queryWidth)
      projectBackward(
        tape.attended, [.o], tape.attentionOutput, dys: [dy], use: use, gradients: gradients,
        into: dAttended)
      let dq = arena.take(count, configuration.queryWidth)
      let dk = arena.take(count, configuration.keyValueWidth)
      let dv = arena.take(count, configuration.keyValueWidth)
      attention.backward(
        q: tape.q, k: tape.k, v: tape.v, batch: batch, logSums: tape.logSums, dout: dAttended,
        dq: dq,
        dk: dk, dv: dv)
      turn(dq, batch, direction: -1)
      turn(dk, batch, direction: -1)
      let normed = arena.take(count, configuration.width)
      let inverse = arena.take(count, 1)
      norm(tape.x, weights.attentionNorm, into: normed, inverse: inverse)
      let dNormed = isLowest ? nil : arena.take(count, configuration.width)
      projectBackward(
        normed, Self.attentionGroup, tape.attentionInput, dys: [dq, dk, dv], use: use,
        gradients: gradients, into: dNormed)
      if let dNormed {
        normBackward(tape.x, weights.attentionNorm, tape.attentionInverse, dy: dNormed, into: dy)
      }
    }
  }

  private func projectBackward(
    _ x: Matrix, _ group: [Projection], _ projected: [LowRank.Projected], dys: [Matrix],
    use: AdapterUse,
    gradients: Adapter.Gradients, into dx: Matrix?
  ) {
    let products = group.indices.map { index in
      let low = lowRank.backward(
        x, dy: dys[index], t: projected.first?.t[index], group[index], layer: layer, use: use,
        gradients: gradients)
      return ProductBackward(weights: weights[group[index]], dy: dys[index], dt: low?.dt, a: low?.a)
    }
    if let dx { compute.multiplyBackward(products, into: dx, accumulate: false) }
  }
}

// MARK: Rows that are independent

extension Block {
  private func norm(_ x: Matrix, _ weight: Matrix, into y: Matrix, inverse: Matrix) {
    compute.split(x.rows, grain: Self.grain) { rows in
      compute.kernels.rmsNorm(
        x.rows(rows), weight: weight, epsilon: configuration.normEpsilon, into: y.rows(rows),
        inverse: inverse.rows(rows))
    }
  }

  private func normBackward(
    _ x: Matrix, _ weight: Matrix, _ inverse: Matrix, dy: Matrix, into dx: Matrix
  ) {
    compute.split(x.rows, grain: Self.grain) { rows in
      compute.kernels.rmsNormBackward(
        x.rows(rows), weight: weight, inverse: inverse.rows(rows), dy: dy.rows(rows),
        into: dx.rows(rows))
    }
  }

  private func add(_ x: Matrix, to y: Matrix) {
    compute.split(x.rows, grain: Self.grain) { rows in
      compute.kernels.add(x.rows(rows), to: y.rows(rows))
    }
  }

  private func activate(_ gate: Matrix, _ up: Matrix, into y: Matrix) {
    compute.split(gate.rows, grain: Self.grain) { rows in
      compute.kernels.siluMultiply(gate: gate.rows(rows), up: up.rows(rows), into: y.rows(rows))
    }
  }

  private func turn(_ x: Matrix, _ batch: Batch, direction: Float) {
    for segment in batch.segments {
      compute.split(segment.rows.count, grain: 4 * Self.grain) { range in
        for index in range {
          compute.kernels.rope(
            x, row: segment.rows.lowerBound + index, headWidth: configuration.headWidth,
            interleaved: configuration.interleavedRope, cosine: rope.cosine, sine: rope.sine,
            at: segment.position + index, direction: direction)
        }
      }
    }
  }
}
