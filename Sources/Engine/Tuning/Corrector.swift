/// A burst after a correction: a few examples are new or were reworded, and the adapter learnt all others before.
///
/// Each step takes the changed examples and as many of the old ones, in turn, so that nothing else is forgotten. It is
/// over as soon as the changed ones are learnt and the old ones are no worse than before. Like every burst it depends
/// on its inputs only. docs/tuning.md holds the figures.
public final class Corrector {
  /// The loss (without pairs: mean nats a trained token) at which an example counts as learnt.
  public static let goal = 0.4
  /// The most steps.
  public static let mostSteps = 24
  /// What a correction multiplies a recipe's learning rate by.
  public static let haste: Float = 2

  /// Changed by every step.
  public let adapter: Adapter
  /// Changed by every step.
  public let optimiser: OptimiserState
  /// Steps done in this burst, skipped ones included.
  public private(set) var completedSteps = 0
  /// Whether the burst is over.
  public private(set) var isFinished = false

  private let model: Model
  private let recipe: Recipe
  private let changed: [TrainingItem]
  private let old: [TrainingItem]
  private let order: BatchOrder
  private let firstBatch: Int
  private let watched: [TrainingItem]
  private let reference = ReferenceScores()
  private var watchedBefore: Double?
  private let anchors: Anchors?

  /// How many old examples are looked at before and after.
  private static let mostWatched = 2
  /// From this multiple of the goal down, a step may be the last.
  private static let reach = 2.0

  /// A burst over `items`, of which those at `changed` are to be learnt. Throws where none of those has a trained token,
  /// an item is longer than the context or holds unknown ids, or a setting is out of range.
  public init(
    model: Model, adapter: Adapter, optimiser: OptimiserState, recipe: Recipe,
    items: [TrainingItem], changed places: [Int], anchors: Anchors? = nil
  ) throws {
    try recipe.check()
    try model.check(items)
    let places = Set(places)
    changed = items.indices.filter { places.contains($0) }.map { items[$0] }
      .filter { $0.trainedCount > 0 }
    old = items.indices.filter { !places.contains($0) }.map { items[$0] }
      .filter { $0.trainedCount > 0 }
    guard !changed.isEmpty else { throw TuningError.nothingToTrain }
    var recipe = recipe
    recipe.batchSize = max(1, min(4096, 2 * changed.count))
    // The order is this burst's own, and the schedule knows no length.
    recipe.schedule = .constant
    order = BatchOrder(
      count: old.count, batchSize: changed.count, order: recipe.order, seed: recipe.seed)
    recipe.order = .given
    self.recipe = recipe
    self.anchors = anchors
    self.model = model
    self.adapter = adapter
    self.optimiser = optimiser
    firstBatch = optimiser.step
    // Those whose turn comes last are the ones that a short burst does not see.
    let (order, firstBatch, old) = (order, firstBatch, old)
    let turns = (0..<order.batchesPerEpoch).flatMap { order.batch(at: firstBatch + $0) }
    watched = turns.suffix(Self.mostWatched).map { old[$0] }
  }

  /// One step. `shouldStop` is asked on the way; where it answers true the step is given up unapplied and nil is
  /// returned.
  public func step(shouldStop: () -> Bool = { false }) throws -> StepReport? {
    let start = ContinuousClock.now
    if watchedBefore == nil { watchedBefore = try loss(of: watched) }
    let turn = old.isEmpty ? [] : order.batch(at: firstBatch + completedSteps)
    let tuner = try Tuner(
      model: model, adapter: adapter, optimiser: optimiser, recipe: recipe,
      items: changed + turn.map { old[$0] }, length: .steps(1), reference: reference,
      anchors: anchors)
    guard var report = try tuner.step(shouldStop: shouldStop) else { return nil }
    completedSteps += 1
    isFinished = try completedSteps >= Self.mostSteps || isLearnt(after: report)
    report.step = completedSteps
    report.seconds = (ContinuousClock.now - start).inSeconds
    return report
  }

  private func isLearnt(after report: StepReport) throws -> Bool {
    guard report.loss <= Self.reach * Self.goal, try loss(of: changed) <= Self.goal else {
      return false
    }
    // Old examples that are learnt themselves may move.
    return try loss(of: watched) <= max(watchedBefore ?? 0, Self.goal)
  }

  private func loss(of items: [TrainingItem]) throws -> Double {
    try model.loss(of: items, adapter: adapter, recipe.judging, reference)
  }
}
