/// The slope of a batch's loss in the adapter's matrices.
extension Model {
  /// Adds the gradients of some of a batch's items, as `loss` makes them up, and returns what they add to it.
  ///
  /// Forward starts at the lowest adapted layer where the trunk's activations are at hand, and keeps a tape from there
  /// up; logits are made a few rows at a time, and nothing goes back below that layer. Of more than `tapeRows` rows,
  /// which only one long example brings, each layer keeps its input alone and its tape is made again on the way back
  /// (Chen et al. 2016): a third more work, a tenth of the memory. What pulls at a judged answer depends on its
  /// likelihood: the head runs over its rows once more, before it goes back.
  func addGradients(
    _ some: [TrainingItem], use: AdapterUse, loss: BatchLoss, gradients: Adapter.Gradients,
    tapeRows: Int
  ) -> BatchLoss.Sum {
    let items = some.flatMap(\.sequences)
    let packed = PackedItems(items, use: use)
    return addGradients(
      packed.batch, entering: { lowest in trunk(items, in: packed, below: lowest) }, use: use,
      gradients: gradients, tapeRows: tapeRows
    ) { hidden, dx in
      let labels = Labels(items, in: packed)
      let nats = judgedNats(some, labels, hidden)
      let (terms, start) = loss.terms(some) { nats[$0] }
      return labels.chunks(of: Self.logitRows).reduce(into: start) { sum, chunk in
        let losses = headBackward(hidden, chunk.map(\.row), into: dx) { logits, place in
          compute.kernels.crossEntropy(
            logits, row: place, target: Int(chunk[place].target),
            weight: terms[chunk[place].item].slope)
        }
        sum.nats += zip(chunk, losses).reduce(0.0) {
          $0 + terms[$1.0.item].share * Double($1.1)
        }
      }
    }
  }

  /// Adds the gradients of a loss that `head` makes of the last hidden states (rows, width): it returns the loss and
  /// adds its slope in them to what it is handed second. `entering` is asked for what enters the lowest adapted layer
  /// where that is not the embedding.
  func addGradients<Loss>(
    _ batch: Batch, entering: (_ lowest: Int) -> Matrix, use: AdapterUse,
    gradients: Adapter.Gradients, tapeRows: Int, head: (_ hidden: Matrix, _ dx: Matrix) -> Loss
  ) -> Loss {
    let lowest = use.adapter.lowestLayer
    let keeping: Keeping = batch.tokens.count > tapeRows ? .input : .tape
    var layers: [KeptLayer] = []
    return arena.scope {
      let hidden = hiddenStates(
        batch, order: .panels, layers: lowest..<configuration.layers,
        entering: lowest > 0 ? entering(lowest) : nil,
        keeping: keeping, kept: { layers.append($0) })
      let dx = arena.take(hidden.rows, configuration.width)
      dx.clear()
      let loss = head(hidden, dx)
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

  /// The negative log likelihood (nats) of each sequence of judged items; 0 for the others.
  private func judgedNats(_ items: [TrainingItem], _ labels: Labels, _ hidden: Matrix) -> [Double] {
    let isJudged = items.flatMap { item in item.sequences.map { _ in item.aim != .likely } }
    var sums = isJudged.map { _ in 0.0 }
    let judged = labels.filter { isJudged[$0.item] }
    for (label, nats) in zip(judged.all, nats(of: judged, hidden)) {
      sums[label.item] += Double(nats)
    }
    return sums
  }

  private func tape(of kept: KeptLayer, _ layer: Int, _ batch: Batch) -> BlockTape {
    switch kept {
    case .tape(let tape): return tape
    case .input(let x):
      let y = arena.take(x.rows, configuration.width)
      return block(layer).forward(x, batch: batch, order: .panels, into: y)
    }
  }

  /// Losses of some rows, and their slopes added to the hidden states' rows in `dx`. `slope` puts the slope of a row's
  /// loss in its logits in their place, and returns the loss.
  func headBackward(
    _ hidden: Matrix, _ rows: [Int], into dx: Matrix,
    slope: @Sendable (_ logits: Matrix, _ place: Int) -> Float
  ) -> [Float] {
    arena.scope {
      let (gathered, normed, inverse) = normedRows(hidden, rows)
      let logits = arena.take(rows.count, configuration.vocabularySize)
      compute.multiply(normed, [Product(weights: weights.head, y: logits)], order: .panels)
      let losses = arena.take(1, rows.count)
      compute.split(rows.count, grain: 4) { range in
        for place in range { losses[0, place] = slope(logits, place) }
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
      return losses.row(0)
    }
  }
}
