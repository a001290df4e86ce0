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
  var attentionInput: [LowRank.Projected] = []
  var attentionOutput: [LowRank.Projected] = []
  var feedForwardInput: [LowRank.Projected] = []
  var feedForwardOutput: [LowRank.Projected] = []
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
  /// For what forward does not keep, so that it leaves no holes in the tape.
  var scratch: Arena

  private static let attentionGroup: [Projection] = [.q, .k, .v]
  private static let feedForwardGroup: [Projection] = [.gate, .up]
  private var lowRank: LowRank { LowRank(compute: compute, arena: arena) }
  private var attention: Attention {
    Attention(configuration: configuration, compute: compute, arena: arena)
  }

  // MARK: Forward

  /// How many numbers a row's tape is, but for the adapters' few.
  static func tapeNumbers(_ configuration: Configuration) -> Int {
    2 * (configuration.width + configuration.queryWidth + configuration.keyValueWidth)
      + 2 * configuration.hiddenWidth + configuration.heads + 2
  }

  /// The block's output for x (tokens, width), in `y`. The tape is taken from the arena and left there: the caller
  /// gives it back.
  @discardableResult
  func forward(_ x: Matrix, batch: Batch, order: Compute.Order, into y: Matrix) -> BlockTape {
    let count = x.rows
    let tape = BlockTape(
      x: x, attentionInverse: arena.take(count, 1), q: arena.take(count, configuration.queryWidth),
      k: arena.take(count, configuration.keyValueWidth),
      v: arena.take(count, configuration.keyValueWidth),
      logSums: arena.take(configuration.heads, count),
      attended: arena.take(count, configuration.queryWidth),
      middle: arena.take(count, configuration.width), feedForwardInverse: arena.take(count, 1),
      gate: arena.take(count, configuration.hiddenWidth),
      up: arena.take(count, configuration.hiddenWidth))
    return scratch.scope { fill(tape, batch, order, into: y) }
  }

  private func fill(
    _ started: BlockTape, _ batch: Batch, _ order: Compute.Order, into y: Matrix
  ) -> BlockTape {
    var tape = started
    let count = tape.x.rows
    let normed = scratch.take(count, configuration.width)
    let attentionInput = compute.input(normed, order: order.finer) { rows in
      norm(tape.x, weights.attentionNorm, rows, into: normed, inverse: tape.attentionInverse)
    }
    tape.attentionInput = project(
      attentionInput, Self.attentionGroup, batch, into: [tape.q, tape.k, tape.v])
    compute.splitRows(count) { rows in
      turn(tape.q, batch, rows, direction: 1)
      turn(tape.k, batch, rows, direction: 1)
      store(tape.k, tape.v, batch, rows)
    }
    attention.forward(
      q: tape.q, k: tape.k, v: tape.v, batch: batch, layer: layer, order: order,
      logSums: tape.logSums, into: tape.attended)
    tape.attentionOutput = project(
      compute.input(tape.attended, order: order.finer), [.o], batch, into: [tape.middle])

    let feedForwardInput = compute.input(normed, order: order) { rows in
      compute.kernels.add(tape.x.rows(rows), to: tape.middle.rows(rows))
      norm(
        tape.middle, weights.feedForwardNorm, rows, into: normed, inverse: tape.feedForwardInverse)
    }
    tape.feedForwardInput = project(
      feedForwardInput, Self.feedForwardGroup, batch, into: [tape.gate, tape.up])
    let active = scratch.take(count, configuration.hiddenWidth)
    let downInput = compute.input(active, order: order) { rows in
      activate(tape.gate, tape.up, rows, into: active)
    }
    tape.feedForwardOutput = project(downInput, [.down], batch, into: [y])
    compute.splitRows(count) { compute.kernels.add(tape.middle.rows($0), to: y.rows($0)) }
    return tape
  }

  private func project(
    _ input: Compute.Input, _ group: [Projection], _ batch: Batch, into outputs: [Matrix]
  ) -> [LowRank.Projected] {
    let projected = lowRank.forward(
      input.x, group, layer: layer, batch: batch, order: input.order)
    let products = group.indices.map { index in
      Product(
        weights: weights[group[index]], y: outputs[index],
        terms: LowRank.terms(projected, group[index], index: index, layer: layer))
    }
    compute.multiply(input, products)
    return projected
  }

  private func store(_ k: Matrix, _ v: Matrix, _ batch: Batch, _ rows: Range<Int>) {
    for segment in batch.segments {
      guard let cache = segment.cache, segment.rows.overlaps(rows) else { continue }
      let shared = segment.rows.clamped(to: rows)
      cache.store(
        k.rows(shared), v.rows(shared), layer: layer,
        position: segment.position + shared.lowerBound - segment.rows.lowerBound,
        kernels: compute.kernels)
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
      compute.splitRows(count) { activate(tape.gate, tape.up, $0, into: active) }
      let dActive = arena.take(count, configuration.hiddenWidth)
      projectBackward(
        active, [.down], tape.feedForwardOutput, dys: [dy], use: use, gradients: gradients,
        into: dActive)
      compute.splitRows(count) { rows in
        compute.kernels.siluMultiplyBackward(
          gate: tape.gate.rows(rows), up: tape.up.rows(rows), dy: dActive.rows(rows),
          dgate: tape.gate.rows(rows), dup: tape.up.rows(rows))
      }
      let normed = arena.take(count, configuration.width)
      let dNormed = arena.take(count, configuration.width)
      let inverse = arena.take(count, 1)
      compute.splitRows(count) {
        norm(tape.middle, weights.feedForwardNorm, $0, into: normed, inverse: inverse)
      }
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
      let normed = arena.take(count, configuration.width)
      let inverse = arena.take(count, 1)
      compute.splitRows(count) { rows in
        turn(dq, batch, rows, direction: -1)
        turn(dk, batch, rows, direction: -1)
        norm(tape.x, weights.attentionNorm, rows, into: normed, inverse: inverse)
      }
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
  private func norm(
    _ x: Matrix, _ weight: Matrix, _ rows: Range<Int>, into y: Matrix, inverse: Matrix
  ) {
    compute.kernels.rmsNorm(
      x.rows(rows), weight: weight, epsilon: configuration.normEpsilon, into: y.rows(rows),
      inverse: inverse.rows(rows))
  }

  private func normBackward(
    _ x: Matrix, _ weight: Matrix, _ inverse: Matrix, dy: Matrix, into dx: Matrix
  ) {
    compute.splitRows(x.rows) { rows in
      compute.kernels.rmsNormBackward(
        x.rows(rows), weight: weight, inverse: inverse.rows(rows), dy: dy.rows(rows),
        into: dx.rows(rows))
    }
  }

  private func activate(_ gate: Matrix, _ up: Matrix, _ rows: Range<Int>, into y: Matrix) {
    compute.kernels.siluMultiply(gate: gate.rows(rows), up: up.rows(rows), into: y.rows(rows))
  }

  private func turn(_ x: Matrix, _ batch: Batch, _ rows: Range<Int>, direction: Float) {
    for row in rows {
      compute.kernels.rope(
        x, row: row, headWidth: configuration.headWidth,
        interleaved: configuration.interleavedRope, cosine: rope.cosine, sine: rope.sine,
        at: batch.positions[row], direction: direction)
    }
  }
}
