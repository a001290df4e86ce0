/// What a layer's forward left for its backward.
enum KeptLayer {
  case input(Matrix)
  case tape(BlockTape)
}

/// From tokens to hidden states and logits.
extension Model {
  /// What is kept of a layer's forward for its backward.
  enum Keeping {
    case nothing
    /// The block's input, from which its tape is made again.
    case input
    case tape
  }

  /// Embeds the batch's tokens and runs blocks, all or `layers`, keeping of each layer what `keeping` says in `kept`
  /// (valid until the enclosing arena scope ends); other scratch is given back layer by layer. `entering` is what enters
  /// the first of `layers`, instead of the embedding, and is written over.
  ///
  /// Returns the last block's output (tokens, width), before the final norm, in the arena. Cache counts are moved on.
  func hiddenStates(
    _ batch: Batch, order: Compute.Order, layers: Range<Int>? = nil, entering: Matrix? = nil,
    keeping: Keeping = .nothing, kept: (KeptLayer) -> Void = { _ in }
  ) -> Matrix {
    let count = batch.tokens.count
    for segment in batch.segments { rope.fill(to: segment.position + segment.rows.count) }
    var x = entering ?? embedded(batch)
    var spare = arena.take(count, configuration.width)
    for layer in layers ?? 0..<configuration.layers {
      switch keeping {
      case .nothing:
        arena.scope { _ = block(layer).forward(x, batch: batch, order: order, into: spare) }
        swap(&x, &spare)
      case .input:
        let y = arena.take(count, configuration.width)
        arena.scope { _ = block(layer).forward(x, batch: batch, order: order, into: y) }
        kept(.input(x))
        x = y
      case .tape:
        let y = arena.take(count, configuration.width)
        kept(.tape(block(layer).forward(x, batch: batch, order: order, into: y)))
        x = y
      }
    }
    for segment in batch.segments {
      segment.cache?.count = segment.position + segment.rows.count
    }
    return x
  }

  private func embedded(_ batch: Batch) -> Matrix {
    let x = arena.take(batch.tokens.count, configuration.width)
    compute.split(x.rows, grain: 32) { rows in
      for row in rows {
        compute.kernels.decodeRow(weights.embedding, Int(batch.tokens[row]), into: x, row: row)
      }
    }
    return x
  }

  /// Logits (rows.count, vocabulary) of some rows of hidden states, in the arena.
  func logits(_ hidden: Matrix, rows: [Int], order: Compute.Order) -> Matrix {
    let logits = arena.take(rows.count, configuration.vocabularySize)
    self.logits(hidden, rows: rows, order: order, into: logits)
    return logits
  }

  /// The same in `target`.
  func logits(_ hidden: Matrix, rows: [Int], order: Compute.Order, into target: Matrix) {
    arena.scope {
      let normed = normedRows(hidden, rows).normed
      compute.multiply(
        normed, [Product(weights: weights.head, y: target)], order: order.finer)
    }
  }

  /// The final norm of some rows of hidden states: gathered (rows.count, width), normed, and the norm's factors.
  func normedRows(_ hidden: Matrix, _ rows: [Int]) -> (
    gathered: Matrix, normed: Matrix, inverse: Matrix
  ) {
    let gathered = arena.take(rows.count, configuration.width)
    for (place, row) in rows.enumerated() {
      gathered.rows(place..<place + 1).copy(from: hidden.rows(row..<row + 1))
    }
    let normed = arena.take(rows.count, configuration.width)
    let inverse = arena.take(rows.count, 1)
    compute.kernels.rmsNorm(
      gathered, weight: weights.finalNorm, epsilon: configuration.normEpsilon, into: normed,
      inverse: inverse)
    return (gathered, normed, inverse)
  }

  /// Every id below the vocabulary's size and not negative, or a typed error.
  func check(_ tokens: [Token]) throws {
    if let wrong = tokens.first(where: { $0 < 0 || $0 >= configuration.vocabularySize }) {
      throw ModelError.unknownToken(wrong, vocabulary: configuration.vocabularySize)
    }
  }
}

/// Why a model cannot do what it was asked.
public enum ModelError: Error, Equatable, CustomStringConvertible {
  /// A token id beyond the vocabulary.
  case unknownToken(Token, vocabulary: Int)
  /// No token to start from.
  case emptyPrompt
  /// A prompt that leaves no room for a reply.
  case promptTooLong(tokens: Int, context: Int)
  /// An example longer than the model's context; `index` counts from 0.
  case itemTooLong(index: Int, tokens: Int, context: Int)

  /// What happened and what to do next.
  public var description: String {
    switch self {
    case .unknownToken(let token, let vocabulary):
      "Token \(token) is not in this model's vocabulary of \(vocabulary): the ids were made for another model."
    case .emptyPrompt: "The prompt is empty: there is no token to start from."
    case .promptTooLong(let tokens, let context):
      "The prompt is \(tokens) tokens long; this model reads \(context) with its reply. Shorten it."
    case .itemTooLong(let index, let tokens, let context):
      "Example \(index + 1) is \(tokens) tokens long; this model reads \(context). Split or shorten it."
    }
  }
}
