import Engine
import Testing

@Suite("A beginning that examples share is computed once")
struct SharedBeginningTests {
  let model: Model

  init() throws { model = try Model(path: Fixtures.path("tiny/llama"), threads: 2) }

  private func tokens(_ count: Int, _ seed: UInt64) -> [Token] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in Token(random.below(320)) }
  }

  /// Two families with beginnings of 20 and 9 tokens, one example alone, and one that trains inside a beginning.
  private var items: [TrainingItem] {
    let (long, short) = (tokens(20, 1), tokens(9, 2))
    let texts = [
      long + tokens(7, 3), short + tokens(12, 4), long + tokens(70, 5), tokens(15, 6),
      short + tokens(5, 7), long + tokens(3, 8), long + tokens(3, 8), long + tokens(9, 9),
    ]
    return texts.enumerated().map { place, tokens in
      let first = place == 7 ? 12 : place == 3 ? 1 : min(tokens.count / 2 + 8, tokens.count - 2)
      return TrainingItem(tokens: tokens, trained: tokens.indices.map { $0 >= first })
    }
  }

  private func adapter() throws -> Adapter {
    try Fixtures.formulaAdapter(
      model, rank: 4, alpha: 8, targets: Projection.allCases.map(\.moduleName))
  }

  @Test func likelihoodsAreTheSameBytes() throws {
    let adapter = try adapter()
    let together = try model.score(items, adapter: adapter)
    for (item, expected) in zip(items, together) {
      #expect(try model.score([item], adapter: adapter) == [expected])
    }
  }

  private func gradients(_ items: [TrainingItem]) throws -> (loss: Double, numbers: [Float]) {
    let adapter = try adapter()
    let tuner = try Tuner(
      model: model, adapter: adapter, optimiser: OptimiserState(for: adapter), recipe: Recipe(),
      items: items, length: .steps(1))
    let (loss, gradients) = try tuner.gradientsOfAll()
    return (loss, gradients.parameters.row(0))
  }

  @Test func gradientsAreTheSumsOverTheExamples() throws {
    let together = try gradients(items)
    let trained = items.reduce(0) { $0 + $1.trainedCount }
    var sum = [Double](repeating: 0, count: together.numbers.count)
    var loss = 0.0
    for item in items {
      let share = Double(item.trainedCount) / Double(trained)
      let alone = try gradients([item])
      loss += share * alone.loss
      for (place, number) in alone.numbers.enumerated() { sum[place] += share * Double(number) }
    }
    #expect(near(together.loss, loss, relative: 1e-12))
    let largest = sum.map { abs($0) }.max() ?? 0
    let worst = zip(together.numbers, sum).map { abs(Double($0) - $1) }.max() ?? .infinity
    #expect(worst < 1e-5 * largest, "\(worst) of \(largest)")
  }
}
