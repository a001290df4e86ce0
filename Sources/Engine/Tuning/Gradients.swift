/// The slope of a batch's loss in the adapter's matrices.
extension Model {
  /// Adds the gradients of `weight` · (sum of the items' trained tokens' negative log likelihood), and returns that
  /// sum (nats), unweighted.
  ///
  /// Forward starts at the lowest adapted layer where the trunk's activations are at hand, and keeps a tape from there
  /// up; logits are made a few rows at a time, and nothing goes back below that layer. Of more than `tapeRows` rows,
  /// which only one long example brings, each layer keeps its input alone and its tape is made again on the way back
  /// (Chen et al. 2016): a third more work, a tenth of the memory.
  func addGradients(
    _ items: [TrainingItem], use: AdapterUse, weight: Float, gradients: Adapter.Gradients,
    tapeRows: Int
  ) -> Double {
    let packed = PackedItems(items, use: use)
    let batch = packed.batch
    let lowest = use.adapter.lowestLayer
    let keeping: Keeping = batch.tokens.count > tapeRows ? .input : .tape
    var layers: [KeptLayer] = []
    return arena.scope {
      let hidden = hiddenStates(
        batch, order: .panels, layers: lowest..<configuration.layers,
        entering: lowest > 0 ? trunk(items, in: packed, below: lowest) : nil,
        keeping: keeping, kept: { layers.append($0) })
      let dx = arena.take(hidden.rows, configuration.width)
      dx.clear()
      var loss = 0.0
      for chunk in Labels(items, in: packed).chunks(of: Self.logitRows) {
        loss += headBackward(hidden, chunk, weight: weight, into: dx)
      }
      for layer in stride(from: configuration.layers - 1, through: lowest, by: -1) {
        arena.scope {
          block(layer).backward(
            tape(of: layers[layer - lowest], layer, batch), dy: dx, batch: batch, use: use,
            gradients: gradients, isLowest: layer == lowest)
        }
      }
      return loss
    }
  }

  private func tape(of kept: KeptLayer, _ layer: Int, _ batch: Batch) -> BlockTape {
    switch kept {
    case .tape(let tape): return tape
    case .input(let x):
      let y = arena.take(x.rows, configuration.width)
      return block(layer).forward(x, batch: batch, order: .panels, into: y)
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
