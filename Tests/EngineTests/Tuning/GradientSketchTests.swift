import Engine
import Testing

@Suite("Where items pull an adapter")
struct GradientSketchTests {
  let model: Model
  let adapter: Adapter

  init() throws {
    model = try Model(path: Fixtures.path("tiny/llama"), threads: 2)
    adapter = try Fixtures.formulaAdapter(
      model, rank: 4, alpha: 8, targets: Projection.allCases.map(\.moduleName))
  }

  private func item(_ seed: UInt64, ending: Token? = nil) -> TrainingItem {
    var random = SplitMix(seed: seed)
    let tokens = (0..<12).map { _ in Token(random.below(320)) } + (ending.map { [$0] } ?? [])
    return TrainingItem(
      tokens: tokens, trained: tokens.indices.map { $0 >= (ending == nil ? 6 : 12) })
  }

  /// The whole slope of one item.
  private func slope(_ item: TrainingItem) throws -> [Double] {
    let tuner = try Tuner(
      model: model, adapter: adapter, optimiser: OptimiserState(for: adapter), recipe: Recipe(),
      items: [item], length: .steps(1))
    return try tuner.gradientsOfAll().gradients.entries.flatMap { $0.values.map(Double.init) }
  }

  private func product(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  @Test func anglesAreNearlyThoseOfTheSlopes() throws {
    let items = (1...4).map { item($0) }
    let slopes = try items.map(slope)
    let sketches = try model.gradientSketches(items, of: adapter, dimensions: 4096, seed: 5)
    let scores = try model.score(items, adapter: adapter)
    for i in items.indices {
      let norm = product(slopes[i], slopes[i]).squareRoot()
      #expect(near(sketches[i].norm, norm, relative: 1e-4))
      let loss = scores[i].reduce(0.0) { $0 + Double($1) } / Double(scores[i].count)
      #expect(near(sketches[i].loss, loss, relative: 1e-4))
      #expect(near(sketches[i].cosine(sketches[i]), 1, absolute: 1e-6))
      for j in items.indices where j > i {
        let exact =
          product(slopes[i], slopes[j]) / norm / product(slopes[j], slopes[j]).squareRoot()
        #expect(abs(sketches[i].cosine(sketches[j]) - exact) < 0.08)
      }
    }
  }

  /// Two answers to one prompt pull apart once an adapter has tried to give both.
  @Test func aContradictionFights() throws {
    let items = [item(9, ending: 3), item(9, ending: 4)]
    var recipe = Recipe()
    recipe.learningRate = 0.01
    recipe.batchSize = 2
    let tuner = try Tuner(
      model: model, adapter: adapter.copy(), optimiser: OptimiserState(for: adapter),
      recipe: recipe, items: items, length: .steps(60))
    while !tuner.isFinished { _ = try tuner.step() }
    let sketches = try model.gradientSketches(items, of: tuner.adapter)
    #expect(sketches[0].cosine(sketches[1]) < -0.8)
  }

  @Test func ofAFreshAdapterBIsPulled() throws {
    let fresh = try Adapter(adapter.configuration, for: model, seed: 1)
    let sketch = try model.gradientSketches([item(1)], of: fresh)[0]
    #expect(sketch.norm > 0 && sketch.cosine(sketch) > 0.999)
  }

  @Test func nothingIsLeftBehindAndTheSameComesOutAgain() throws {
    let before = adapter.hash
    let items = (1...3).map { item($0) }
    var told: [Int] = []
    let found = try model.gradientSketches(items, of: adapter) {
      told.append($0)
      return $0 < 2
    }
    #expect(told == [1, 2] && found.count == 2)
    #expect(adapter.hash == before)
    let single = try Model(path: Fixtures.path("tiny/llama"), threads: 1)
    #expect(try single.gradientSketches([items[1]], of: adapter)[0] == found[1])
    #expect(GradientSketch(loss: 1, norm: 0, numbers: [0, 0]).cosine(found[0]) == 0)
  }
}
