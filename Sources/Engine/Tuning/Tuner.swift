/// What one optimiser step did.
public struct StepReport: Codable, Sendable, Equatable {
  /// The step's number in its burst, from 1.
  public var step: Int
  /// The batch's loss before the update: mean negative log likelihood (nats) of its trained tokens, and what judged
  /// answers add (docs/tuning.md).
  public var loss: Double
  /// The gradient's norm over all matrices, before clipping.
  public var gradientNorm: Double
  /// The rate the update used.
  public var learningRate: Double
  /// Tokens of the batch's examples, trained or not.
  public var tokens: Int
  /// How long it took.
  public var seconds: Double
  /// True where loss or gradient was not finite: nothing was changed.
  public var skipped: Bool
  /// How pairs and judgements stood; nil where the batch held none.
  public var judged: JudgedReport?

  /// A report from its parts.
  public init(
    step: Int, loss: Double, gradientNorm: Double, learningRate: Double, tokens: Int,
    seconds: Double, skipped: Bool, judged: JudgedReport? = nil
  ) {
    self.step = step
    self.loss = loss
    self.gradientNorm = gradientNorm
    self.learningRate = learningRate
    self.tokens = tokens
    self.seconds = seconds
    self.skipped = skipped
    self.judged = judged
  }
}

/// Runs optimiser steps on an adapter.
///
/// Batches are a function of the seed, the optimiser's step count and the items, so a burst goes on exactly where the
/// last one stopped: two bursts of 10 steps equal one of 20.
public final class Tuner {
  /// Changed by every step. The tuner takes over the objects it is given: pass copies to keep the old ones.
  public let adapter: Adapter
  /// Changed by every step.
  public let optimiser: OptimiserState
  /// Steps done in this burst, skipped ones included.
  public private(set) var completedSteps = 0

  private let model: Model
  private let recipe: Recipe
  private let items: [TrainingItem]
  private let length: BurstLength
  private let order: BatchOrder
  private let gradients: Adapter.Gradients
  private let reference: ReferenceScores
  private let anchors: Anchors?
  private let clock = ContinuousClock()
  private var seconds = 0.0

  /// A burst of `length` over `items`. Throws where no item has a trained token, an item is longer than the context or
  /// holds unknown ids, or a setting is out of range.
  public convenience init(
    model: Model, adapter: Adapter, optimiser: OptimiserState, recipe: Recipe,
    items: [TrainingItem],
    length: BurstLength, anchors: Anchors? = nil
  ) throws {
    try self.init(
      model: model, adapter: adapter, optimiser: optimiser, recipe: recipe, items: items,
      length: length, reference: ReferenceScores(), anchors: anchors)
  }

  /// The same with what a longer work has scored.
  init(
    model: Model, adapter: Adapter, optimiser: OptimiserState, recipe: Recipe,
    items: [TrainingItem], length: BurstLength, reference: ReferenceScores,
    anchors: Anchors? = nil
  ) throws {
    try recipe.check()
    try length.check()
    let useful = items.filter { $0.trainedCount > 0 }
    guard !useful.isEmpty else { throw TuningError.nothingToTrain }
    try model.check(items)
    precondition(optimiser.first.columns == adapter.parameterCount)
    self.model = model
    self.adapter = adapter
    self.optimiser = optimiser
    self.recipe = recipe
    self.items = useful
    self.length = length
    order = BatchOrder(
      count: useful.count, batchSize: recipe.batchSize, order: recipe.order, seed: recipe.seed)
    gradients = Adapter.Gradients(for: adapter)
    self.reference = reference
    self.anchors = recipe.klWeight == nil || anchors?.isEmpty == true ? nil : anchors
    model.trunkCache.beginBurst()
  }

  /// Steps the burst will take; nil where seconds bound it.
  public var plannedSteps: Int? {
    switch length {
    case .steps(let count): count
    case .epochs(let count): count * order.batchesPerEpoch
    case .seconds: nil
    }
  }

  /// Whether the burst is over.
  public var isFinished: Bool {
    switch length {
    case .seconds(let limit): completedSteps > 0 && seconds >= limit
    case .steps, .epochs: completedSteps >= plannedSteps ?? 0
    }
  }

  /// One step over one batch. `shouldStop` is asked between micro-batches; where it answers true the step is given up
  /// unapplied and nil is returned.
  public func step(shouldStop: () -> Bool = { false }) throws -> StepReport? {
    let start = clock.now
    let batch = order.batch(at: optimiser.step + skipped).map { items[$0] }
    guard let (loss, judged) = try addGradients(of: batch, shouldStop: shouldStop) else {
      return nil
    }
    if let anchors, let weight = recipe.klWeight {
      if shouldStop() { return nil }
      _ = anchors.addGradients(
        turn: optimiser.step + skipped, use: AdapterUse(adapter: adapter, strength: 1),
        weight: weight, gradients: gradients, tapeRows: model.tapeRows(from: adapter.lowestLayer))
    }
    let norm = gradientNorm
    let rate = learningRate
    let skips = !loss.isFinite || !norm.isFinite
    if skips { skipped += 1 } else { update(norm: norm, rate: rate) }
    completedSteps += 1
    let took = (clock.now - start).inSeconds
    seconds += took
    return StepReport(
      step: completedSteps, loss: loss, gradientNorm: norm, learningRate: Double(rate),
      tokens: batch.reduce(0) { $0 + $1.tokenCount }, seconds: took, skipped: skips,
      judged: judged.count > 0 ? judged : nil)
  }

  /// Skipped steps, which move on in the data but not in the optimiser.
  private var skipped = 0

  /// Sets the gradients to those of `batch`, and returns its loss; nil where `shouldStop` ended it.
  private func addGradients(
    of batch: [TrainingItem], tapeRows: Int? = nil, shouldStop: () -> Bool
  ) throws -> (loss: Double, judged: JudgedReport)? {
    guard try reference.fill(batch, model: model, shouldStop: shouldStop) else { return nil }
    gradients.numbers.clear()
    let loss = BatchLoss(batch, recipe.judging, reference)
    let limit = model.tapeRows(from: adapter.lowestLayer)
    var sum = BatchLoss.Sum()
    for group in MicroBatches.groups(batch, limit: limit) {
      if shouldStop() { return nil }
      sum += model.addGradients(
        Array(batch[group]), use: AdapterUse(adapter: adapter, strength: 1), loss: loss,
        gradients: gradients, tapeRows: tapeRows ?? limit)
    }
    return (loss(sum), sum.report)
  }

  private static let piece = 1 << 15

  /// Pieces are added in order, so the sum does not depend on the threads.
  private var gradientNorm: Double {
    let numbers = gradients.numbers
    let pieces = (numbers.columns + Self.piece - 1) / Self.piece
    var sums = [Double](repeating: 0, count: pieces)
    sums.withUnsafeMutableBufferPointer { sums in
      nonisolated(unsafe) let sums = sums
      model.compute.split(pieces, grain: 1) { range in
        for piece in range {
          let columns = piece * Self.piece..<min(numbers.columns, (piece + 1) * Self.piece)
          sums[piece] = model.compute.kernels.sumOfSquares(numbers.columns(columns))
        }
      }
    }
    return sums.reduce(0, +).squareRoot()
  }

  private func update(norm: Double, rate: Float) {
    optimiser.step += 1
    var factor: Float = 1
    // As PyTorch's clip_grad_norm_, a little is added to the norm.
    if let clip = recipe.clip { factor = min(1, Float(Double(clip) / (norm + 1e-6))) }
    let constants = AdamWConstants(
      decay: recipe.weightDecay, correction1: 1 - Self.power(0.9, optimiser.step),
      correction2: 1 - Self.power(0.999, optimiser.step))
    model.compute.split(adapter.parameterCount, grain: Self.piece) { range in
      model.compute.kernels.adamW(
        adapter.parameters.columns(range), gradients: gradients.numbers.columns(range),
        first: optimiser.first.columns(range), second: optimiser.second.columns(range),
        factor: factor,
        rate: rate, constants: constants)
    }
  }

  private static func power(_ base: Double, _ exponent: Int) -> Float {
    var result = 1.0
    var square = base
    var left = exponent
    while left > 0 {
      if left & 1 == 1 { result *= square }
      square *= square
      left >>= 1
    }
    return Float(result)
  }

  /// The rate of the step to come: warm-up counts the optimiser's steps, the schedule this burst's.
  private var learningRate: Float {
    let warm =
      recipe.warmup > 0 ? min(1, Float(optimiser.step + 1) / Float(recipe.warmup)) : 1
    return recipe.learningRate * warm * recipe.schedule.factor(at: progress)
  }

  /// The share of the burst that is done.
  private var progress: Float {
    switch length {
    case .seconds(let limit): min(1, Float(seconds / limit))
    case .steps, .epochs: Float(completedSteps) / Float(max(1, plannedSteps ?? 1))
    }
  }
}

extension Tuner {
  /// Gradients of all items as one batch, in an adapter's shape, and the batch's loss; nothing is changed.
  package func gradientsOfAll(tapeTokens: Int? = nil) throws -> (loss: Double, gradients: Adapter) {
    let sum = try addGradients(of: items, tapeRows: tapeTokens, shouldStop: { false })
    guard let sum else { preconditionFailure("nobody stopped it") }
    let shaped = adapter.copy()
    shaped.parameters.copy(from: gradients.numbers)
    return (sum.loss, shaped)
  }
}
