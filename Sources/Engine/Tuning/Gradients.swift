/// The slope of a batch's loss in the adapter's matrices.
extension Model {
  /// Adds the gradients of `weight` · (sum of the items' trained tokens' negative log likelihood), and returns that
  /// sum (nats), unweighted.
  ///
  /// Forward keeps a tape from the lowest adapted layer up, logits are made a few rows at a time, and nothing goes back
  /// below that layer.
  func addGradients(
    _ items: [TrainingItem], use: AdapterUse, weight: Float, gradients: Adapter.Gradients
  ) -> Double {
    let batch = Batch(items, use: use)
    let lowest = use.adapter.configuration.layers.first ?? 0
    var tapes: [BlockTape] = []
    return arena.scope {
      let hidden = hiddenStates(
        batch, order: .panels, keepsTape: { $0 >= lowest }, each: { _, tape in tapes.append(tape) })
      let dx = arena.take(hidden.rows, configuration.width)
      dx.clear()
      var loss = 0.0
      for chunk in Labels(items).chunks(of: Self.logitRows) {
        loss += headBackward(hidden, chunk, weight: weight, into: dx)
      }
      for layer in stride(from: configuration.layers - 1, through: lowest, by: -1) {
        block(layer).backward(
          tapes[layer - lowest], dy: dx, batch: batch, use: use, gradients: gradients,
          isLowest: layer == lowest)
      }
      return loss
    }
  }

  /// Loss of some rows, and its slope added to the hidden states' rows in `dx`.
  private func headBackward(
    _ hidden: Matrix, _ labels: [Labels.Label], weight: Float, into dx: Matrix
  ) -> Double {
    arena.scope {
      let rows = labels.map(\.row)
      let (gathered, normed, inverse) = normedRows(hidden, rows)
      let logits = arena.take(rows.count, configuration.vocabularySize)
      compute.multiply(normed, [Product(weights: weights.head, y: logits)], order: .panels)
      let losses = arena.take(1, rows.count)
      compute.split(rows.count, grain: 4) { range in
        for place in range {
          losses[0, place] = compute.kernels.crossEntropy(
            logits, row: place, target: Int(labels[place].target), weight: weight)
        }
      }
      let dNormed = arena.take(rows.count, configuration.width)
      compute.multiplyBackward(
        [ProductBackward(weights: weights.head, dy: logits)], into: dNormed, accumulate: false)
      let dGathered = arena.take(rows.count, configuration.width)
      dGathered.clear()
      compute.kernels.rmsNormBackward(
        gathered, weight: weights.finalNorm, inverse: inverse, dy: dNormed, into: dGathered)
      for (place, row) in rows.enumerated() {
        compute.kernels.add(dGathered.rows(place..<place + 1), to: dx.rows(row..<row + 1))
      }
      return losses.row(0).reduce(0.0) { $0 + Double($1) }
    }
  }
}
