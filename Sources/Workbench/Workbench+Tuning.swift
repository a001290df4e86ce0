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
    /// The last loss on the examples held out; nil where none are.
    public var heldLoss: Double?
  }

  /// Runs a burst from the current adapter over the live examples that are not held out. `recipe`: the session's unless
  /// given. It ends where one of `until` holds, at the latest after `length`.
  ///
  /// Kept is the state with the least loss on the examples held out, where there are any; the first with which all
  /// probes pass; the last within the drift allowed; or else the last. `shouldStop` is asked often; what was learnt by
  /// then is kept. nil where not even one step was done.
  public func tune(
    _ length: BurstLength, until: StopRules? = nil, recipe: Recipe? = nil,
    shouldStop: () -> Bool = { false }, report: (Progress) -> Void = { _ in },
    probesPass: ProbeCheck? = nil
  ) throws -> Burst? {
    try requireWritable()
    let recipe = shaped(recipe ?? session.recipe)
    try check(recipe)
    let items = try trainingItems().map(\.item)
    let start = try currentWeights() ?? model.fresh(recipe)
    var watch = try watch(over: items, recipe, until, probesPass, from: start)
    guard try watch?.begin(start, shouldStop: shouldStop) != false else { return nil }
    return try burst(
      model.tuning(from: start, recipe: recipe, items: items, length: length), recipe, length,
      until: until, watch: watch, shouldStop: shouldStop, report: report)
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
    _ run: any TuningRun, _ recipe: Recipe, _ length: BurstLength, until: StopRules? = nil,
    watch: BurstWatch? = nil, correction: IDList? = nil, shouldStop: () -> Bool,
    report: (Progress) -> Void
  ) throws -> Burst? {
    var watch = watch
    // A press of Ctrl-C is told once, and may be told to whoever measures.
    var stopped = false
    let isStopped = {
      stopped = stopped || shouldStop()
      return stopped
    }
    // A scratch session gets its file now, so that there is a place for checkpoints.
    if store == nil, unnamed == .scratch { persist() }
    var burst = Burst(
      id: (session.bursts.last?.id ?? 0) + 1, parent: session.current, recipe: recipe,
      length: length, system: session.system, examples: session.seen, started: now())
    burst.correction = correction
    burst.until = until
    if let parent = burst.parent, try !weights(of: parent).hasOptimiser {
      burst.freshOptimiser = true
      notices.append(.freshOptimiser(of: parent))
    }
    let checkpoint = try runSteps(
      of: run, into: &burst, watch: &watch, shouldStop: isStopped, report: report)
    guard !burst.losses.isEmpty else { return nil }
    burst.endedBy = watch?.endedBy
    burst.held = watch?.held
    burst.ending = run.isFinished || burst.endedBy != nil ? .finished : .stopped
    var weights = run.snapshot()
    if let choice = watch?.choice, choice.step != burst.steps {
      guard let chosen = choice.weights else {
        throw WorkbenchError.driftsAtOnce(until?.driftLimit ?? 0)
      }
      burst.keptStep = choice.step
      weights = chosen
    }
    conclude(burst, weights, checkpoint: checkpoint, shouldStop: shouldStop)
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
  /// What looks after a burst over `items`; nil where there is nothing to look at.
  private func watch(
    over items: [TrainingItem], _ recipe: Recipe, _ until: StopRules?, _ probesPass: ProbeCheck?,
    from start: any TunedWeights
  ) throws -> BurstWatch? {
    guard until != nil || !session.held.isEmpty else { return nil }
    if until?.contains(.probes) == true, probesPass == nil { throw WorkbenchError.noProbes }
    let held = try heldItems()
    if held.isEmpty,
      until?.conditions.contains(where: { if case .held = $0 { true } else { false } }) == true
    {
      throw WorkbenchError.nothingHeld
    }
    var drift = 0.0
    if let limit = until?.driftLimit, let current = session.currentBurst {
      drift = try current.drift ?? model.drift(of: start) { false }?.mean ?? 0
      guard drift <= limit else { throw WorkbenchError.driftsAlready(drift, limit: limit) }
    }
    return BurstWatch(
      until,
      BurstWatch.Means(
        model: model, learnt: items, batchSize: recipe.batchSize, held: held.map(\.item),
        heldIDs: IDList(held.map(\.id)), probesPass: probesPass),
      drift: drift)
  }

  /// The live examples that are not held out, as training items.
  private func trainingItems() throws -> [(id: Int, item: TrainingItem)] {
    var result: [(id: Int, item: TrainingItem)] = []
    for example in session.examples {
      guard let revision = example.revision, !session.isHeld(example.id) else { continue }
      result.append((example.id, try item(of: example, revision)))
    }
    guard !result.isEmpty else {
      throw session.held.isEmpty ? WorkbenchError.noExamples : .allHeld(session.held)
    }
    return result
  }

  /// The examples held out as training items; answers judged bad are passed over, as their likelihood is no measure.
  func heldItems() throws -> [(id: Int, item: TrainingItem)] {
    try session.examples.compactMap { example in
      guard let revision = example.revision, session.isHeld(example.id) else { return nil }
      let item = try item(of: example, revision)
      return item.aim == .unlikely ? nil : (example.id, item)
    }
  }

  func item(of example: Example, _ revision: Example.Revision) throws -> TrainingItem {
    do throws(ItemError) {
      return try items.item(example, revision, system: session.system, model: model)
    } catch {
      throw WorkbenchError.example(example.id, error)
    }
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
    of run: any TuningRun, into burst: inout Burst, watch: inout BurstWatch?,
    shouldStop: () -> Bool, report: (Progress) -> Void
  ) throws -> Burst? {
    let clock = ContinuousClock()
    let began = clock.now
    var checkpoint: Burst?
    var lastCheckpoint = 0.0
    while !run.isFinished, watch?.endedBy == nil, !shouldStop(),
      let step = try run.step(shouldStop: shouldStop)
    {
      burst.losses.append(step.loss)
      burst.tokens += step.tokens
      if step.skipped { burst.skipped += 1 }
      if let judged = step.judged { burst.judged = judged }
      burst.seconds = seconds(clock.now - began)
      try watch?.look(
        at: run, losses: burst.losses, seconds: burst.seconds, shouldStop: shouldStop)
      burst.seconds = seconds(clock.now - began)
      report(
        Progress(
          report: step, plannedSteps: run.plannedSteps, elapsed: burst.seconds,
          losses: burst.losses, heldLoss: watch?.held?.losses.last))
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
  func conclude(
    _ burst: Burst, _ weights: any TunedWeights, checkpoint: Burst?,
    shouldStop: () -> Bool = { false }
  ) {
    var burst = burst
    describe(&burst, weights)
    session.add(burst)
    adapters.holdUnwritten(weights, of: burst.id)
    if burst.skipped > 0 { notices.append(.skippedSteps(burst.skipped)) }
    // Written before the drift is measured, as that takes a moment in which the process may die.
    persist()
    if unsaved == nil { store?.removeCheckpoint(checkpoint, keeping: session.burst(burst.id)) }
    // A press that ended the burst was for the burst; one more ends the measuring.
    if let drift = try? model.drift(of: weights, shouldStop: shouldStop),
      let index = session.bursts.position(burst.id)
    {
      session.bursts[index].drift = drift.mean
      session.bursts[index].driftP95 = drift.p95
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
