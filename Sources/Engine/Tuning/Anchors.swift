/// How far an adapter moves a model on some texts: KL divergence from the foundation, nats a position.
public struct Drift: Sendable, Equatable {
  /// The mean over all positions.
  public var mean: Double
  /// The 95th percentile (nearest rank): one position in twenty moves further.
  public var p95: Double

  /// A drift.
  public init(mean: Double, p95: Double) {
    self.mean = mean
    self.p95 = p95
  }

  /// The drift of those divergences; nil where there are none.
  package init?(_ divergences: [Double]) {
    guard !divergences.isEmpty else { return nil }
    mean = divergences.reduce(0, +) / Double(divergences.count)
    p95 = divergences.sorted()[(divergences.count * 19 + 19) / 20 - 1]
  }
}

/// Texts on which the foundation's predictions are at hand: how far an adapter moves the model on them is measured, or
/// kept small while tuning.
///
/// What the foundation makes of a text is kept as its last hidden states: they are computed once, and logits follow
/// from them by the head alone, and would take a hundred times the memory.
/// Not for more than one thread.
public final class Anchors {
  private let model: Model
  private let texts: [[Token]]
  /// What the foundation's last block leaves of each text (tokens, width), once computed.
  private var foundation: [Matrix?]

  /// Anchors on those texts of `model`'s tokens, none longer than its context; empty ones are left out.
  public init(_ texts: [[Token]], for model: Model) {
    self.texts = texts.filter { !$0.isEmpty }
    self.model = model
    foundation = self.texts.map { _ in nil }
    for text in self.texts {
      precondition(text.count <= model.contextLength && (try? model.check(text)) != nil)
    }
  }

  /// Whether there is no text.
  public var isEmpty: Bool { texts.isEmpty }

  /// How far `adapter` moves the model on all texts; nil where `shouldStop`, asked between texts, answered yes, or
  /// where there is no text.
  public func drift(
    of adapter: Adapter, strength: Float = 1, shouldStop: () -> Bool = { false }
  ) -> Drift? {
    let use = AdapterUse(adapter: adapter, strength: strength)
    var divergences: [Double] = []
    for index in texts.indices {
      if shouldStop() { return nil }
      let base = states(of: index)
      model.arena.scope {
        let tuned = model.hiddenStates(batch(index, use: use), order: .panels)
        for rows in chunks(of: base) {
          model.arena.scope {
            let p = model.logits(base, rows: rows, order: .panels)
            let q = model.logits(tuned, rows: rows, order: .panels)
            divergences += rows.indices.map { model.compute.kernels.klDivergence(p, q, row: $0) }
          }
        }
      }
    }
    return Drift(divergences)
  }

  /// Adds the gradients of `weight` · (mean divergence on one text), the texts taken in turn; returns that mean.
  func addGradients(
    turn: Int, use: AdapterUse, weight: Float, gradients: Adapter.Gradients, tapeRows: Int
  ) -> Double {
    let index = turn % texts.count
    let base = states(of: index)
    let batch = batch(index, use: use)
    let (model, weight) = (model, weight / Float(base.rows))
    let sum = model.addGradients(
      batch,
      entering: { model.hiddenStates(self.batch(index, use: nil), order: .panels, layers: 0..<$0) },
      use: use, gradients: gradients, tapeRows: tapeRows
    ) { hidden, dx in
      chunks(of: base).reduce(0.0) { sum, rows in
        model.arena.scope {
          let p = model.logits(base, rows: rows, order: .panels)
          let divergences = model.headBackward(hidden, rows, into: dx) { q, place in
            Float(model.compute.kernels.klSlope(p, q, row: place, weight: weight))
          }
          return sum + divergences.reduce(0.0) { $0 + Double($1) }
        }
      }
    }
    return sum / Double(base.rows)
  }

  /// The gradients of the mean divergence on one text, in an adapter's shape, and that mean; nothing is changed.
  package func gradients(turn: Int, of adapter: Adapter) -> (divergence: Double, gradients: Adapter)
  {
    let gradients = Adapter.Gradients(for: adapter)
    gradients.numbers.clear()
    let divergence = addGradients(
      turn: turn, use: AdapterUse(adapter: adapter, strength: 1), weight: 1, gradients: gradients,
      tapeRows: .max)
    let shaped = adapter.copy()
    shaped.parameters.copy(from: gradients.numbers)
    return (divergence, shaped)
  }

  private func batch(_ index: Int, use: AdapterUse?) -> Batch {
    var batch = Batch()
    batch.append(texts[index], use: use)
    return batch
  }

  private func states(of index: Int) -> Matrix {
    if let known = foundation[index] { return known }
    let states = Matrix(rows: texts[index].count, columns: model.configuration.width)
    model.arena.scope {
      states.copy(from: model.hiddenStates(batch(index, use: nil), order: .panels))
    }
    foundation[index] = states
    return states
  }

  private func chunks(of states: Matrix) -> [[Int]] {
    stride(from: 0, to: states.rows, by: Model.logitRows).map {
      Array($0..<min(states.rows, $0 + Model.logitRows))
    }
  }
}
