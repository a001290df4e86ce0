public import Engine

/// Runs a session's bursts, comparisons and replies again from its JSON alone, and says whether they come out the same.
///
/// The tensors are not read: each burst goes on from what its parent came to in this replay. A burst is run for as many
/// steps as it did, whatever ended it, and the state that it kept is kept.
public final class Replay {
  /// The most by which the losses of a burst that other kernels made may differ, relative to the recorded ones. Sums in
  /// another order differ in their last digits, and every step multiplies that: after forty steps of a
  /// tiny model the losses of plain and AVX2 kernels are 1e-7 apart; larger models and longer bursts need more room.
  public static let tolerance = 1e-3
  /// Losses below this (nats) count as this in a relative difference: their own digits are few.
  static let leastLoss = 0.01

  /// The session.
  public let session: Session
  package let model: any TunableModel
  var weights: [Int: any TunedWeights] = [:]
  private var items = ItemShelf()

  /// A replay of `session` on `model`; throws where the session was made with another model.
  public init(_ session: Session, model: any TunableModel) throws {
    if let made = session.model {
      let loaded = try model.identity()
      guard loaded.sha256 == made.sha256 else {
        throw WorkbenchError.otherModel(session: made, loaded: loaded)
      }
    }
    self.session = session
    self.model = model
  }

  /// Everything that is run, in its order.
  public var parts: [Part] {
    session.bursts.map { .burst($0.id) } + session.comparisons.map { .comparison($0.id) }
      + session.turns.map { .turn($0.id) }
  }

  /// Runs everything in order; `report` is told each outcome and answers whether to go on. A part during which
  /// `shouldStop` answers yes is not reported, and nothing is run after it.
  public func run(
    shouldStop: () -> Bool = { false },
    step: (_ burst: Burst, _ report: StepReport) -> Void = { _, _ in },
    report: (Outcome) throws -> Bool
  ) throws {
    for burst in session.bursts {
      guard let tuning = try run(burst, shouldStop: shouldStop, step: step) else { return }
      let outcome = Outcome(
        part: .burst(burst.id), verdict: verdict(tuning, on: burst), tuning: tuning)
      guard try report(outcome) else { return }
    }
    for comparison in session.comparisons {
      guard let verdict = try run(comparison, shouldStop: shouldStop),
        try report(Outcome(part: .comparison(comparison.id), verdict: verdict))
      else { return }
    }
    for turn in session.turns {
      guard let verdict = try run(turn, shouldStop: shouldStop),
        try report(Outcome(part: .turn(turn.id), verdict: verdict))
      else { return }
    }
  }

  /// The adapter that a burst came to in this replay.
  public func adapter(of burst: Int) -> (any TunedWeights)? { weights[burst] }

  /// Whether what `kernels` made by the adapters of `bursts` has to have the same bytes here. A session that does not say
  /// which kernels made it is held to that.
  func mustBeExact(_ kernels: KernelPath?, by bursts: [Int?]) -> Bool {
    let made = [kernels] + bursts.flatMap { session.ancestors(of: $0) }.map(\.kernels)
    return made.allSatisfy { $0?.hasSameBytes(as: model.kernels) ?? true }
  }

  private func verdict(_ tuning: Tuning, on burst: Burst) -> Verdict {
    if tuning.hash == burst.hash, tuning.firstDifference == nil { return .same }
    if tuning.mustBeExact { return .differs }
    // A blend has no losses to compare.
    if burst.blend != nil { return .leftOut(.otherKernels) }
    return tuning.largestDifference <= Self.tolerance ? .near : .differs
  }

  private func run(
    _ burst: Burst, shouldStop: () -> Bool, step: (Burst, StepReport) -> Void
  ) throws -> Tuning? {
    if shouldStop() { return nil }
    var tuning = Tuning()
    tuning.mustBeExact = mustBeExact(burst.kernels, by: [burst.id])
    let result: any TunedWeights
    if let parts = burst.blend {
      let known = parts.compactMap { part in weights[part.burst].map { ($0, part.weight) } }
      result = try model.blend(known, recipe: burst.recipe)
    } else {
      let run = try run(of: burst)
      var kept: (any TunedWeights)?
      for loss in burst.losses where !run.isFinished {
        guard let report = try run.step(shouldStop: shouldStop) else { return nil }
        step(burst, report)
        tuning.add(report.loss, recorded: loss)
        if tuning.losses.count == burst.keptStep { kept = run.snapshot() }
      }
      if tuning.losses.count < burst.losses.count {
        tuning.firstDifference = tuning.firstDifference ?? tuning.losses.count + 1
        tuning.largestDifference = .infinity
      }
      result = kept ?? run.snapshot()
    }
    weights[burst.id] = result
    tuning.hash = result.hash
    return tuning
  }

  private func run(of burst: Burst) throws -> any TuningRun {
    var start = try burst.parent.flatMap { weights[$0] } ?? model.fresh(burst.recipe)
    if burst.freshOptimiser == true { start = start.withFreshOptimiser() }
    let items = try items(of: burst)
    if let changed = burst.correction {
      return try model.correcting(
        from: start, recipe: burst.recipe, items: items.map(\.item),
        changed: items.indices.filter { changed.contains(items[$0].id) })
    }
    let length: BurstLength =
      if case .seconds = burst.length { .steps(max(1, burst.steps)) } else { burst.length }
    return try model.tuning(
      from: start, recipe: burst.recipe, items: items.map(\.item), length: length)
  }

  private func items(of burst: Burst) throws -> [(id: Int, item: TrainingItem)] {
    var revisions: [Int: Int] = [:]
    for seen in burst.examples {
      // By the session's examples, as a damaged list could name billions.
      for example in session.examples where seen.ids.contains(example.id) {
        revisions[example.id] = seen.revision
      }
    }
    return try session.examples.compactMap { example in
      guard let number = revisions[example.id] else { return nil }
      guard let revision = example.revision(number) else {
        throw WorkbenchError.noSuchExample(example.id, last: session.examples.last?.id ?? 0)
      }
      do throws(ItemError) {
        let item = try items.item(example, revision, system: burst.system, model: model)
        return (example.id, item)
      } catch {
        throw WorkbenchError.example(example.id, error)
      }
    }
  }
}
