import Engine
import Testing

@Suite("The trunk's activations are kept")
struct TrunkTests {
  private let items: [TrainingItem]

  init() {
    var random = SplitMix(seed: 11)
    let beginning = (0..<12).map { _ in Token(random.below(320)) }
    items = (0..<6).map { place in
      let tokens = beginning + (0..<6 + 4 * place).map { _ in Token(random.below(320)) }
      return TrainingItem(tokens: tokens, trained: tokens.indices.map { $0 >= 14 + place })
    }
  }

  private func model(threads: Int = 2, budget: Int = 1 << 20) throws -> Model {
    try Model(
      path: Fixtures.path("tiny/llama"), compute: Compute(threads: threads),
      trunkCache: TrunkCache(budget: budget))
  }

  /// Eight steps, four epochs, in bursts of `steps` on the last `layers` of three.
  private func tuned(_ model: Model, layers: Int = 1, bursts: [Int] = [8]) throws -> (
    hash: String, losses: [Double]
  ) {
    var recipe = Recipe()
    (recipe.rank, recipe.batchSize, recipe.seed, recipe.lastLayers) = (3, 3, 5, layers)
    var adapter = try Adapter(
      recipe.adapterConfiguration(layers: model.configuration.layers), for: model, seed: 5)
    var optimiser = OptimiserState(for: adapter)
    var losses: [Double] = []
    for steps in bursts {
      let tuner = try Tuner(
        model: model, adapter: adapter, optimiser: optimiser, recipe: recipe, items: items,
        length: .steps(steps))
      while !tuner.isFinished { losses.append(try #require(try tuner.step()).loss) }
      (adapter, optimiser) = (tuner.adapter, tuner.optimiser)
    }
    return (adapter.hash, losses)
  }

  @Test(arguments: [1, 2, 5])
  func theSameBytesWithAndWithoutIt(threads: Int) throws {
    let without = try tuned(model(budget: 0))
    // Room for some examples only, then for all.
    for budget in [12_000, 1 << 20] {
      let model = try model(threads: threads, budget: budget)
      let with = try tuned(model)
      #expect(with.hash == without.hash && with.losses == without.losses)
      #expect(model.trunkCache.count > 0 && model.trunkCache.bytes <= budget)
      #expect((model.trunkCache.count == items.count) == (budget == 1 << 20))
    }
  }

  @Test func aLaterBurstStartsFromIt() throws {
    let model = try model()
    let whole = try tuned(model)
    let held = model.trunkCache.bytes
    let again = try tuned(model, bursts: [4, 4])
    #expect(again.hash == whole.hash && again.losses == whole.losses)
    #expect(model.trunkCache.bytes == held && model.trunkCache.count == items.count)
    // Another layer's are other activations.
    #expect(try tuned(model, layers: 2).hash == tuned(self.model(budget: 0), layers: 2).hash)
    #expect(model.trunkCache.count == 2 * items.count)
  }

  @Test func nothingIsKeptWhereAllLayersAreAdapted() throws {
    let model = try model()
    _ = try tuned(model, layers: 3)
    #expect(model.trunkCache.count == 0)
  }

  @Test func theLongestUnusedMakesRoom() {
    let cache = TrunkCache(budget: 3 * 32)
    func keep(_ token: Token) { cache.keep(Matrix(rows: 1, columns: 8), [token], layer: 1) }
    func held() -> [Token] { (0..<9).filter { cache.activations([$0], layer: 1) != nil } }
    for token: Token in 0..<4 { keep(token) }
    #expect(held() == [0, 1, 2] && cache.bytes == 96)
    cache.beginBurst()
    #expect(cache.activations([1], layer: 1) != nil && cache.activations([1], layer: 2) == nil)
    for token: Token in 4..<6 { keep(token) }
    keep(6)
    #expect(held() == [1, 4, 5] && cache.bytes == 96)
    cache.beginBurst()
    cache.keep(Matrix(rows: 4, columns: 8), [7], layer: 1)
    #expect(cache.activations([7], layer: 1) == nil)
  }
}
