import Engine
import Testing

@Suite("Bursts")
struct TunerTests {
  let model: Model
  let items: [TrainingItem]

  init() throws {
    model = try Model(path: Fixtures.path("tiny/llama"), threads: 2)
    var random = SplitMix(seed: 9)
    items = (0..<7).map { place in
      let tokens = (0..<10 + 5 * place).map { _ in Token(random.below(320)) }
      return TrainingItem(tokens: tokens, trained: tokens.indices.map { $0 >= 4 })
    }
  }

  private func recipe(_ change: (inout Recipe) -> Void = { _ in }) -> Recipe {
    var recipe = Recipe()
    recipe.rank = 3
    recipe.batchSize = 3
    recipe.warmup = 2
    recipe.seed = 5
    change(&recipe)
    return recipe
  }

  private func fresh(_ recipe: Recipe, _ model: Model) throws -> (Adapter, OptimiserState) {
    let adapter = try Adapter(
      recipe.adapterConfiguration(layers: model.configuration.layers), for: model, seed: recipe.seed
    )
    return (adapter, OptimiserState(for: adapter))
  }

  private func run(
    _ recipe: Recipe, _ steps: Int, from start: (Adapter, OptimiserState)? = nil,
    model other: Model? = nil
  ) throws -> (adapter: Adapter, optimiser: OptimiserState, losses: [Double]) {
    let model = other ?? self.model
    let (adapter, optimiser) = try start ?? fresh(recipe, model)
    let tuner = try Tuner(
      model: model, adapter: adapter.copy(), optimiser: optimiser.copy(), recipe: recipe,
      items: items,
      length: .steps(steps))
    var losses: [Double] = []
    while !tuner.isFinished { losses.append(try #require(try tuner.step()).loss) }
    return (tuner.adapter, tuner.optimiser, losses)
  }

  @Test func twiceTheSameBytesOnAnyNumberOfThreads() throws {
    let once = try run(recipe(), 6)
    #expect(try run(recipe(), 6).adapter.hash == once.adapter.hash)
    for threads in [1, 5] {
      let other = try Model(path: Fixtures.path("tiny/llama"), threads: threads)
      #expect(try run(recipe(), 6, model: other).adapter.hash == once.adapter.hash)
    }
    #expect(try run(recipe { $0.seed = 6 }, 6).adapter.hash != once.adapter.hash)
  }

  @Test func twoBurstsOfTenEqualOneOfTwenty() throws {
    let whole = try run(recipe(), 20)
    let first = try run(recipe(), 10)
    let folder = Fixtures.temporaryFolder()
    try first.adapter.write(tensors: folder + "/a.safetensors")
    try first.optimiser.write(to: folder + "/o.safetensors")
    let adapter = try Adapter(
      tensors: folder + "/a.safetensors", configuration: first.adapter.configuration, for: model)
    let optimiser = try OptimiserState(file: folder + "/o.safetensors", for: adapter)
    let second = try run(recipe(), 10, from: (adapter, optimiser))
    #expect(second.adapter.hash == whole.adapter.hash)
    #expect(first.losses + second.losses == whole.losses)
    #expect((whole.losses.last ?? 9) < whole.losses[0])
  }

  /// Each projection alone, on all layers and on the last: the loss's rise along the gradient is the gradient's square.
  @Test(arguments: Projection.allCases, [nil, 1])
  func gradientIsTheSlopeOfTheLoss(target: Projection, lastLayers: Int?) throws {
    let recipe = recipe {
      $0.targets = [target]
      $0.lastLayers = lastLayers
      $0.batchSize = 10
    }
    let start = try run(recipe, 2)
    let tuner = try Tuner(
      model: model, adapter: start.adapter, optimiser: start.optimiser, recipe: recipe,
      items: items,
      length: .steps(1))
    let slope = try tuner.gradientsOfAll().gradients.parameters.row(0)
    let square = slope.reduce(0.0) { $0 + Double($1) * Double($1) }
    let here = start.adapter.parameters.row(0)
    func loss(_ step: Double) throws -> Double {
      start.adapter.parameters.setRow(
        0, zip(here, slope).map { $0 + Float(step) * $1 })
      let scores = try model.score(items, adapter: start.adapter).flatMap { $0 }
      return scores.reduce(0.0) { $0 + Double($1) } / Double(scores.count)
    }
    let step = 0.01 / square.squareRoot()
    let measured = (try loss(step) - loss(-step)) / (2 * step)
    #expect(near(measured, square, relative: 2e-2), "\(measured), expected \(square)")
  }

  @Test func aTapeMadeAgainGivesTheSameBytes() throws {
    let start = try run(recipe(), 2)
    let tuner = try Tuner(
      model: model, adapter: start.adapter, optimiser: start.optimiser, recipe: recipe(),
      items: items,
      length: .steps(1))
    let kept = try tuner.gradientsOfAll()
    let again = try tuner.gradientsOfAll(tapeTokens: 0)
    #expect(kept.loss == again.loss && kept.gradients.hash == again.gradients.hash)
    #expect(kept.gradients.deltaNorm > 0)
  }

  @Test func scoringDoesNotDependOnCompany() throws {
    let adapter = try run(recipe(), 3).adapter
    let together = try model.score(items, adapter: adapter)
    for (item, expected) in zip(items, together) {
      #expect(try model.score([item], adapter: adapter)[0] == expected)
      #expect(expected.count == item.trainedCount)
    }
    #expect(
      try model.score(items, adapter: adapter, strength: 0) == model.score(items, adapter: nil))
  }

  @Test func aBrokenStepIsSkippedAndSaid() throws {
    let (adapter, optimiser) = try fresh(recipe(), model)
    adapter.parameters.setRow(0, adapter.parameters.row(0).map { _ in Float.infinity })
    let before = adapter.hash
    let tuner = try Tuner(
      model: model, adapter: adapter, optimiser: optimiser, recipe: recipe(), items: items,
      length: .steps(2))
    let report = try #require(try tuner.step())
    #expect(report.skipped && !report.loss.isFinite)
    #expect(adapter.hash == before && optimiser.step == 0 && tuner.completedSteps == 1)
  }

  @Test func aStopGivesTheStepUp() throws {
    let (adapter, optimiser) = try fresh(recipe(), model)
    let before = adapter.hash
    let tuner = try Tuner(
      model: model, adapter: adapter, optimiser: optimiser, recipe: recipe(), items: items,
      length: .epochs(2))
    #expect(tuner.plannedSteps == 6)
    #expect(try tuner.step(shouldStop: { true }) == nil)
    #expect(adapter.hash == before && tuner.completedSteps == 0)
  }

  @Test func schedulesAndWarmUp() throws {
    func rates(_ schedule: Recipe.Schedule) throws -> [Double] {
      let recipe = recipe { $0.schedule = schedule }
      let (adapter, optimiser) = try fresh(recipe, model)
      let tuner = try Tuner(
        model: model, adapter: adapter, optimiser: optimiser, recipe: recipe, items: items,
        length: .steps(4))
      let whole = Double(recipe.learningRate)
      return try (0..<4).map { _ in try #require(try tuner.step()).learningRate / whole }
    }
    for (schedule, expected) in [
      (Recipe.Schedule.constant, [0.5, 1, 1, 1]), (.linear, [0.5, 0.75, 0.5, 0.25]),
      (.cosine, [0.5, 0.853_553, 0.5, 0.146_447]),
    ] {
      for (found, rate) in zip(try rates(schedule), expected) {
        #expect(near(found, rate, absolute: 1e-5), "\(schedule)")
      }
    }
  }

  @Test func refusesWhatCannotBeTuned() throws {
    let (adapter, optimiser) = try fresh(recipe(), model)
    func start(_ recipe: Recipe, _ items: [TrainingItem], _ length: BurstLength = .steps(1)) throws
    {
      _ = try Tuner(
        model: model, adapter: adapter, optimiser: optimiser, recipe: recipe, items: items,
        length: length)
    }
    #expect(throws: TuningError.nothingToTrain) {
      try start(recipe(), [TrainingItem(tokens: [5], trained: [true])])
    }
    let long = TrainingItem(
      tokens: [Token](repeating: 4, count: 300), trained: [Bool](repeating: true, count: 300))
    #expect(throws: ModelError.itemTooLong(index: 1, tokens: 300, context: 256)) {
      try start(recipe(), [items[0], long])
    }
    #expect(throws: TuningError.self) { try start(recipe { $0.learningRate = .nan }, items) }
    #expect(throws: TuningError.self) { try start(recipe(), items, .seconds(-1)) }
    #expect(throws: AdapterError.layer(7, of: 3)) {
      try Adapter(
        AdapterConfiguration(rank: 2, alpha: 4, targets: [.q], layers: [7]), for: model, seed: 1)
    }
  }

  @Test func batchesCoverEveryItemOnceAnEpoch() throws {
    // Through the public face: every step's token count adds up to the data's, epoch by epoch.
    let (adapter, optimiser) = try fresh(recipe(), model)
    let tuner = try Tuner(
      model: model, adapter: adapter, optimiser: optimiser, recipe: recipe(), items: items,
      length: .epochs(3))
    let tokens = items.reduce(0) { $0 + $1.tokens.count }
    for _ in 0..<3 {
      let epoch = try (0..<3).reduce(0) { sum, _ in sum + (try #require(try tuner.step()).tokens) }
      #expect(epoch == tokens)
    }
    #expect(tuner.isFinished)
  }
}
