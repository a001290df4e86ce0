import Engine
import Testing

@Suite("A burst after a correction")
struct CorrectorTests {
  let model: Model
  let items: [TrainingItem]
  let recipe: Recipe

  init() throws {
    model = try Model(path: Fixtures.path("tiny/llama"), threads: 2)
    var random = SplitMix(seed: 3)
    items = (0..<8).map { place in
      let tokens = (0..<12 + place).map { _ in Token(random.below(320)) }
      return TrainingItem(tokens: tokens, trained: tokens.indices.map { $0 >= 8 })
    }
    var recipe = Recipe()
    recipe.rank = 8
    recipe.learningRate = 0.02
    self.recipe = recipe
  }

  private func loss(_ items: [TrainingItem], _ adapter: Adapter) throws -> Double {
    let nats = try model.score(items, adapter: adapter).joined()
    return Double(nats.reduce(0, +)) / Double(nats.count)
  }

  /// An adapter that knows all but the item at `unknown`.
  private func learnt(allBut unknown: Int) throws -> (Adapter, OptimiserState) {
    let adapter = try Adapter(
      recipe.adapterConfiguration(layers: model.configuration.layers), for: model, seed: 1)
    let optimiser = OptimiserState(for: adapter)
    let known = items.indices.filter { $0 != unknown }.map { items[$0] }
    let tuner = try Tuner(
      model: model, adapter: adapter, optimiser: optimiser, recipe: recipe, items: known,
      length: .epochs(60))
    while !tuner.isFinished { _ = try tuner.step() }
    return (adapter, optimiser)
  }

  private func corrector(
    _ start: (Adapter, OptimiserState), _ changed: [Int], items: [TrainingItem]? = nil,
    threads: Int = 2, seed: UInt64 = 1
  ) throws -> Corrector {
    var recipe = recipe
    recipe.learningRate = 0.005
    recipe.seed = seed
    return try Corrector(
      model: Model(path: Fixtures.path("tiny/llama"), threads: threads), adapter: start.0.copy(),
      optimiser: start.1.copy(), recipe: recipe, items: items ?? self.items, changed: changed)
  }

  @Test func learnsWhatChangedKeepsTheRestAndStops() throws {
    let start = try learnt(allBut: 5)
    var others = items
    let changed = [others.remove(at: 5)]
    #expect(try loss(changed, start.0) > 2)
    let before = try loss(others, start.0)
    let corrector = try corrector(start, [5])
    var reports: [StepReport] = []
    while !corrector.isFinished { reports.append(try #require(try corrector.step())) }
    #expect(reports.map(\.step) == Array(1...reports.count))
    #expect(reports.count < Corrector.mostSteps)
    #expect(try loss(changed, corrector.adapter) <= Corrector.goal)
    #expect(try loss(others, corrector.adapter) <= max(before, Corrector.goal))
    // Each step holds the changed example and one other.
    #expect(reports.allSatisfy { $0.tokens > changed[0].tokens.count })
    #expect(Set(reports.map(\.tokens)).count > 2)
  }

  @Test func isTheSameOnAnyNumberOfThreadsAndAnotherForAnotherSeed() throws {
    let start = try learnt(allBut: 2)
    func hash(threads: Int, seed: UInt64 = 1) throws -> String {
      let corrector = try corrector(start, [2], threads: threads, seed: seed)
      for _ in 0..<3 { _ = try corrector.step() }
      return corrector.adapter.hash
    }
    let once = try hash(threads: 1)
    #expect(try hash(threads: 2) == once)
    #expect(try hash(threads: 5) == once)
    #expect(try hash(threads: 2, seed: 2) != once)
  }

  @Test func aStoppedStepChangesNothing() throws {
    let start = try learnt(allBut: 2)
    let corrector = try corrector(start, [2])
    #expect(try corrector.step(shouldStop: { true }) == nil)
    #expect(corrector.adapter.hash == start.0.hash)
    #expect(corrector.completedSteps == 0)
  }

  @Test func worksWithoutOldExamplesAndRefusesNothing() throws {
    let start = try learnt(allBut: 2)
    let alone = try corrector(start, [0], items: [items[2]])
    while !alone.isFinished { _ = try alone.step() }
    #expect(try loss([items[2]], alone.adapter) <= Corrector.goal)
    let untrained = TrainingItem(tokens: [1, 2], trained: [false, false])
    #expect(throws: TuningError.nothingToTrain) {
      try corrector(start, [0], items: [untrained, items[1]])
    }
  }

  @Test func givesUpAfterItsMostSteps() throws {
    let start = try learnt(allBut: 2)
    // Three answers to one prompt cannot all be learnt.
    let answers = [7, 8, 9].map { (answer: Token) in
      TrainingItem(
        tokens: items[2].tokens + [answer],
        trained: Array(repeating: false, count: items[2].tokens.count) + [true])
    }
    let corrector = try corrector(start, [0, 1, 2], items: answers)
    while !corrector.isFinished { _ = try corrector.step() }
    #expect(corrector.completedSteps == Corrector.mostSteps)
  }
}
