public import Engine

extension Workbench {
  /// How far a burst is.
  public struct Progress: Sendable {
    /// The step just done.
    public var report: StepReport
    /// Steps in all; nil where that is not known before.
    public var plannedSteps: Int?
    /// Seconds since the burst began.
    public var elapsed: Double
    /// The losses up to now.
    public var losses: [Double]
  }

  /// Runs a burst from the current adapter over the live examples. `recipe`: the session's unless given.
  ///
  /// `shouldStop` is asked often; what was learnt by then is kept. nil where not even one step was done.
  public func tune(
    _ length: BurstLength, recipe: Recipe? = nil, shouldStop: () -> Bool = { false },
    report: (Progress) -> Void = { _ in }
  ) throws -> Burst? {
    try requireWritable()
    let recipe = shaped(recipe ?? session.recipe)
    try check(recipe)
    let items = try trainingItems().map(\.item)
    let start = try currentWeights() ?? model.fresh(recipe)
    return try burst(
      model.tuning(from: start, recipe: recipe, items: items, length: length), recipe, length,
      shouldStop: shouldStop, report: report)
  }

  /// Examples that are new or were reworded since the current burst, where a short burst can learn them on top of what
  /// it learnt: no more than a batch. nil otherwise.
  public var correctable: IDList? {
    guard let burst = session.currentBurst else { return nil }
    let changed = session.changes(since: burst)
    return 1...max(1, session.recipe.batchSize) ~= changed.count ? changed : nil
  }

  /// Runs a burst from the current adapter that learns the `correctable` examples, replays others, and ends as soon as
  /// those are learnt; twice as fast as the recipe says. nil where there are none, or not even one step was done.
  public func correct(
    recipe: Recipe? = nil, shouldStop: () -> Bool = { false },
    report: (Progress) -> Void = { _ in }
  ) throws -> Burst? {
    try requireWritable()
    var recipe = shaped(recipe ?? session.recipe)
    recipe.learningRate = min(1, recipe.learningRate * Corrector.haste)
    try check(recipe)
    guard let changed = correctable, let start = try currentWeights() else { return nil }
    let items = try trainingItems()
    let run = try model.correcting(
      from: start, recipe: recipe, items: items.map(\.item),
      changed: items.indices.filter { changed.contains(items[$0].id) })
    return try burst(
      run, recipe, .steps(Corrector.mostSteps), correction: changed, shouldStop: shouldStop,
      report: report)
  }

  /// Runs a burst to its end and makes it part of the session; nil where not even one step was done.
  private func burst(
    _ run: any TuningRun, _ recipe: Recipe, _ length: BurstLength, correction: IDList? = nil,
    shouldStop: () -> Bool, report: (Progress) -> Void
  ) throws -> Burst? {
    // A scratch session gets its file now, so that there is a place for checkpoints.
    if store == nil, unnamed == .scratch { persist() }
    var burst = Burst(
      id: (session.bursts.last?.id ?? 0) + 1, parent: session.current, recipe: recipe,
      length: length, system: session.system, examples: session.seen, started: now())
    burst.correction = correction
    let checkpoint = try runSteps(of: run, into: &burst, shouldStop: shouldStop, report: report)
    guard !burst.losses.isEmpty else { return nil }
    burst.ending = run.isFinished ? .finished : .stopped
    conclude(burst, run.snapshot(), checkpoint: checkpoint)
    return session.burst(burst.id)
  }

  /// Takes back the last burst, checkout or change to the examples, and says which.
  @discardableResult
  public func undo() throws -> Change {
    guard let last = session.state.history.done.last else { throw WorkbenchError.nothingToUndo }
    try move(to: session.currentAfterUndo) { _ = $0.undo() }
    return last
  }

  /// Does again what undo took back last.
  @discardableResult
  public func redo() throws -> Change {
    guard let next = session.state.history.undone.last else { throw WorkbenchError.nothingToRedo }
    try move(to: session.currentAfterRedo) { _ = $0.redo() }
    return next
  }

  /// Goes to a burst, or to the foundation (nil).
  public func checkout(_ burst: Int?) throws {
    try move(to: burst) { $0.checkout(burst) }
  }

  // The adapter is had before the session moves, so that one that is gone leaves everything as it was.
  private func move(to burst: Int?, _ body: (inout Session) -> Void) throws {
    try requireWritable()
    if let burst, burst != session.current { _ = try weights(of: burst) }
    try change(body)
  }
}

extension Workbench {
  /// The live examples as training items.
  private func trainingItems() throws -> [(id: Int, item: TrainingItem)] {
    var result: [(id: Int, item: TrainingItem)] = []
    for example in session.examples {
      guard let revision = example.revision else { continue }
      do throws(ItemError) {
        let item = try items.item(example, revision, system: session.system, model: model)
        result.append((example.id, item))
      } catch {
        throw WorkbenchError.example(example.id, error)
      }
    }
    guard !result.isEmpty else { throw WorkbenchError.noExamples }
    return result
  }

  /// Refuses a recipe that the current adapter cannot go on with.
  private func check(_ recipe: Recipe) throws {
    guard let made = session.currentBurst?.recipe else { return }
    func compare<Value: Equatable>(_ setting: String, _ path: KeyPath<Recipe, Value>) throws {
      guard made[keyPath: path] != recipe[keyPath: path] else { return }
      throw WorkbenchError.recipeContradicts(
        setting: setting, adapter: words(made[keyPath: path]),
        recipe: words(recipe[keyPath: path]))
    }
    try compare("rank", \.rank)
    try compare("alpha", \.alpha)
    try compare("targets", \.targets)
    try compare("layers", \.lastLayers)
  }

  private func words(_ value: some Any) -> String {
    switch value {
    case let targets as [Projection]: targets.map(\.rawValue).joined(separator: ",")
    case let layers as Int?: layers.map { "\($0)" } ?? "all"
    default: "\(value)"
    }
  }

  /// Runs steps until the length is run or `shouldStop`, with checkpoints; returns the last checkpoint.
  private func runSteps(
    of run: any TuningRun, into burst: inout Burst, shouldStop: () -> Bool,
    report: (Progress) -> Void
  ) throws -> Burst? {
    let clock = ContinuousClock()
    let began = clock.now
    var checkpoint: Burst?
    var lastCheckpoint = 0.0
    while !run.isFinished, !shouldStop(), let step = try run.step(shouldStop: shouldStop) {
      burst.losses.append(step.loss)
      burst.tokens += step.tokens
      if step.skipped { burst.skipped += 1 }
      if let judged = step.judged { burst.judged = judged }
      burst.seconds = seconds(clock.now - began)
      report(
        Progress(
          report: step, plannedSteps: run.plannedSteps, elapsed: burst.seconds,
          losses: burst.losses))
      if burst.seconds - lastCheckpoint >= checkpointInterval, !run.isFinished {
        checkpoint = writeCheckpoint(burst, run.snapshot(), after: checkpoint) ?? checkpoint
        lastCheckpoint = seconds(clock.now - began)
      }
    }
    return checkpoint
  }

  // A checkpoint that cannot be written is no reason to give the burst up.
  private func writeCheckpoint(_ burst: Burst, _ weights: any TunedWeights, after last: Burst?)
    -> Burst?
  {
    guard let store else { return nil }
    var next = burst
    next.adapter = last?.adapter
    next.optimiser = last?.optimiser
    next.ending = .recovered
    describe(&next, weights)
    return (try? store.writeCheckpoint(weights, of: &next)) == nil ? nil : next
  }

  /// Makes the burst part of the session.
  func conclude(_ burst: Burst, _ weights: any TunedWeights, checkpoint: Burst?) {
    var burst = burst
    describe(&burst, weights)
    session.add(burst)
    adapters.holdUnwritten(weights, of: burst.id)
    if burst.skipped > 0 { notices.append(.skippedSteps(burst.skipped)) }
    // Written before the drift is measured, as that takes a moment in which the process may die.
    persist()
    if unsaved == nil { store?.removeCheckpoint(checkpoint, keeping: session.burst(burst.id)) }
    if let drift = try? model.drift(of: weights), let index = session.bursts.position(burst.id) {
      session.bursts[index].drift = drift
      persist()
    }
  }

  private func describe(_ burst: inout Burst, _ weights: any TunedWeights) {
    burst.kernels = model.kernels
    burst.hash = weights.hash
    burst.deltaNorm = weights.deltaNorm
    burst.ended = now()
  }

  private func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}
