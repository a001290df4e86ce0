import Engine
import Testing

@Suite("How far an adapter moves each token")
struct MovementTests {
  let model: Model
  let adapter: Adapter

  init() throws {
    model = try Model(path: Fixtures.path("tiny/llama"), threads: 2)
    adapter = try Fixtures.formulaAdapter(
      model, rank: 4, alpha: 8, targets: Projection.allCases.map(\.moduleName))
  }

  /// Long enough for several stretches of logits.
  private var item: TrainingItem {
    var random = SplitMix(seed: 3)
    let tokens = (0..<200).map { _ in Token(random.below(320)) }
    return TrainingItem(tokens: tokens, trained: tokens.indices.map { $0 % 7 != 2 })
  }

  private func logProbabilities(_ logits: [Float]) -> [Double] {
    let most = Double(logits.max() ?? 0)
    let sum = logits.reduce(0.0) { $0 + exponential(Double($1) - most) }
    return logits.map { Double($0) - most - logarithm(sum) }
  }

  @Test func equalsThePlainComputation() throws {
    let item = item
    let found = try model.movements(item, of: adapter, top: 3)
    let before = try model.allLogits(item.tokens).map(logProbabilities)
    let after = try model.allLogits(item.tokens, adapter: adapter).map(logProbabilities)
    let places = item.tokens.indices.filter { item.trained[$0] }
    #expect(found.count == places.count && places.count > 128)
    for (movement, place) in zip(found, places) {
      let (p, q) = (after[place - 1], before[place - 1])
      let token = Int(item.tokens[place])
      let divergence = zip(p, q).reduce(0.0) { $0 + exponential($1.0) * ($1.0 - $1.1) }
      #expect(movement.token == item.tokens[place])
      #expect(near(movement.divergence, divergence, relative: 1e-3, absolute: 1e-5))
      #expect(near(Double(movement.before), q[token], absolute: 1e-3))
      #expect(near(Double(movement.after), p[token], absolute: 1e-3))
      for (list, all) in [(movement.likeliestBefore, q), (movement.likeliestAfter, p)] {
        let best = all.indices.sorted { all[$0] > all[$1] }.prefix(3)
        #expect(list.map { Int($0.token) } == Array(best))
        for candidate in list {
          #expect(near(Double(candidate.logProbability), all[Int(candidate.token)], absolute: 1e-3))
        }
      }
    }
    #expect(found.contains { $0.divergence > 1e-4 })
  }

  @Test func nothingMovesWithoutStrength() throws {
    let found = try model.movements(item, of: adapter, strength: 0, top: 2)
    #expect(found.allSatisfy { $0.divergence < 1e-9 && $0.before == $0.after })
    #expect(found.allSatisfy { $0.likeliestBefore == $0.likeliestAfter })
  }

  @Test func isTheSameOnAnyNumberOfThreads() throws {
    let found = try model.movements(item, of: adapter, top: 2)
    let single = try Model(path: Fixtures.path("tiny/llama"), threads: 1)
    #expect(try single.movements(item, of: adapter, top: 2) == found)
  }

  @Test func unusableItemsAreRefused() throws {
    let stranger = TrainingItem(tokens: [1, 99_999], trained: [true, true])
    #expect(throws: ModelError.unknownToken(99_999, vocabulary: 320)) {
      try model.movements(stranger, of: adapter, top: 2)
    }
    let untrained = TrainingItem(tokens: [1, 2], trained: [false, false])
    #expect(try model.movements(untrained, of: adapter, top: 2).isEmpty)
  }
}
