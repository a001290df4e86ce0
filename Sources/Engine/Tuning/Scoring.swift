/// Likelihoods of known texts.
extension Model {
  /// The most rows computed at once where nothing is kept of them.
  private static let scoredRows = 512
  /// The most rows of logits at once.
  static let logitRows = 256

  /// Negative log likelihood (nats) of each trained token of each item, in order; fp32. Rejected answers are items of
  /// their own to whom they matter.
  ///
  /// `progress` is told the items done and answers whether to go on; where it does not, what is done is returned.
  /// Throws where an item is longer than the context or holds unknown ids.
  public func score(
    _ items: [TrainingItem], adapter: Adapter?, strength: Float = 1,
    progress: (Int) -> Bool = { _ in true }
  ) throws -> [[Float]] {
    try check(items)
    var scores: [[Float]] = []
    for group in MicroBatches.groups(items, limit: Self.scoredRows) {
      let packed = PackedItems(
        Array(items[group]), use: adapter.map { AdapterUse(adapter: $0, strength: strength) })
      let labels = Labels(Array(items[group]), in: packed)
      let flat = arena.scope { nats(of: labels, hiddenStates(packed.batch, order: .panels)) }
      var start = 0
      for index in group {
        let count = items[index].trainedCount
        scores.append(Array(flat[start..<start + count]))
        start += count
      }
      if !progress(scores.count) { break }
    }
    return scores
  }

  /// Negative log likelihood (nats) of each label.
  func nats(of labels: Labels, _ hidden: Matrix) -> [Float] {
    labels.chunks(of: Self.logitRows).flatMap { chunk in
      arena.scope {
        let logits = logits(hidden, rows: chunk.map(\.row), order: .panels)
        let losses = Matrix(rows: 1, columns: chunk.count)
        compute.split(chunk.count, grain: 4) { range in
          for place in range {
            losses[0, place] =
              compute.kernels.logSumExp(logits, row: place)
              - logits[place, Int(chunk[place].target)]
          }
        }
        return losses.row(0)
      }
    }
  }

  /// Logits (positions, vocabulary) after every token of `tokens`, for tests and tools.
  package func allLogits(
    _ tokens: [Token], adapter: Adapter? = nil, precision: Precision = .exact
  ) throws -> [[Float]] {
    try check([TrainingItem(tokens: tokens, trained: tokens.map { _ in true })])
    let order: Compute.Order = precision == .rounded && canRound ? .rounded(.eight) : .panels
    return arena.scope {
      var batch = Batch()
      // Replies read keys and values from a cache, which may have rounded them too.
      let cache =
        order == .panels
        ? nil : KVCache(configuration, capacity: tokens.count, digits: order.keptDigits)
      batch.append(
        tokens, cache: cache, use: adapter.map { AdapterUse(adapter: $0, strength: 1) })
      let hidden = hiddenStates(batch, order: order)
      let logits = logits(hidden, rows: Array(tokens.indices), order: order)
      return (0..<logits.rows).map(logits.row)
    }
  }

  func check(_ items: [TrainingItem]) throws {
    for (index, item) in items.enumerated() {
      for sequence in item.sequences {
        guard sequence.tokens.count <= contextLength else {
          throw ModelError.itemTooLong(
            index: index, tokens: sequence.tokens.count, context: contextLength)
        }
        try check(sequence.tokens)
      }
    }
  }
}
