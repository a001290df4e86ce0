import Engine
import Testing

/// Losses of judged answers against PyTorch (Tests/Fixtures/tiny/make-preference.py) and against their own slopes.
@Suite("Judged answers are learnt as the papers say")
struct PreferenceTests {
  struct Sequence: Decodable {
    var tokens: [Token]
    var trained: [Int]

    func item(_ aim: TrainingItem.Aim = .likely) -> TrainingItem {
      TrainingItem(tokens: tokens, trained: trained.map { $0 == 1 }, aim: aim)
    }
  }

  struct Pair: Decodable {
    var chosen: Sequence
    var rejected: Sequence
  }

  struct Golden: Decodable {
    var name: String
    var examples: [Sequence]
    var pairs: [Pair]
    var bad: [Sequence]
    var beta: Float
    var chosen_weight: Float
    var loss: Double
    var margins: [Double]
    var gradient_norms: [String: Double]
    var adamw_losses: [Double]

    var items: [TrainingItem] {
      examples.map { $0.item() } + pairs.map { $0.chosen.item(.likelier(than: $0.rejected.item())) }
        + bad.map { $0.item(.unlikely) }
    }
  }

  let model: Model
  let adapter: TinyLlamaTests.Golden
  let cases: [Golden]

  init() throws {
    model = try Model(path: Fixtures.path("tiny/llama"), threads: 2)
    adapter = try Fixtures.json(TinyLlamaTests.Golden.self, "tiny/llama/golden.json")
    cases = try Fixtures.json([Golden].self, "tiny/llama/preference.json")
  }

  private func tuner(_ golden: Golden, fresh: Bool = false) throws -> Tuner {
    var recipe = Recipe()
    recipe.learningRate = 1e-3
    recipe.batchSize = 10
    recipe.warmup = 0
    recipe.clip = nil
    recipe.order = .given
    recipe.beta = golden.beta
    recipe.chosenWeight = golden.chosen_weight
    let adapter =
      fresh
      ? try Adapter(recipe.adapterConfiguration(layers: 3), for: model, seed: 1)
      : try Fixtures.formulaAdapter(
        model, rank: adapter.rank, alpha: adapter.alpha, targets: adapter.targets)
    return try Tuner(
      model: model, adapter: adapter, optimiser: OptimiserState(for: adapter), recipe: recipe,
      items: golden.items, length: .steps(6))
  }

  @Test func lossesAndGradients() throws {
    #expect(cases.count == 4)
    for golden in cases {
      let (loss, gradients) = try tuner(golden).gradientsOfAll()
      #expect(near(loss, golden.loss, relative: 1e-4), "\(golden.name): \(loss)")
      let entries = gradients.entries
      #expect(entries.count == golden.gradient_norms.count)
      for entry in entries {
        let name = entry.name.replacing("base_model.model.", with: "")
          .replacing(".weight", with: "")
        let norm = entry.values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        let expected = try #require(golden.gradient_norms[name], "\(name)")
        #expect(
          near(norm, expected, relative: 2e-3, absolute: 1e-6),
          "\(golden.name), \(name): \(norm), expected \(expected)")
      }
    }
  }

  @Test func steps() throws {
    for golden in cases {
      let tuner = try tuner(golden)
      for (step, expected) in golden.adamw_losses.enumerated() {
        let report = try #require(try tuner.step())
        #expect(
          near(report.loss, expected, relative: 1e-3, absolute: 5e-4),
          "\(golden.name), step \(step): \(report.loss), expected \(expected)")
        let judged = try #require(report.judged)
        #expect(judged.count == golden.margins.count)
        guard step == 0 else { continue }
        let mean = golden.margins.reduce(0, +) / Double(golden.margins.count)
        #expect(near(judged.margin, mean, absolute: 2e-4))
        #expect(judged.won == golden.margins.count { $0 > 0 })
      }
    }
  }

  /// An adapter that does nothing is the foundation: nothing is won, and each pair's loss is log 2 to the last digit.
  @Test func startsWhereTheFoundationStands() throws {
    let report = try #require(try tuner(cases[0], fresh: true).step())
    #expect(report.judged?.margin == 0 && report.judged?.won == 0)
    #expect(near(report.loss, 0.693_147_180_559_945_3, absolute: 1e-15))
    #expect(report.tokens == cases[0].items.reduce(0) { $0 + $1.tokenCount })
    let bad = try #require(try tuner(cases[2], fresh: true).step())
    #expect(bad.loss == 0.5)
  }

  /// The loss's rise along the gradient is the gradient's square.
  @Test func gradientIsTheSlopeOfTheLoss() throws {
    for golden in cases {
      let tuner = try tuner(golden)
      let slope = try tuner.gradientsOfAll().gradients.parameters.row(0)
      let square = slope.reduce(0.0) { $0 + Double($1) * Double($1) }
      let here = tuner.adapter.parameters.row(0)
      func loss(_ step: Double) throws -> Double {
        tuner.adapter.parameters.setRow(0, zip(here, slope).map { $0 + Float(step) * $1 })
        return try tuner.gradientsOfAll().loss
      }
      let step = 0.01 / square.squareRoot()
      let measured = (try loss(step) - loss(-step)) / (2 * step)
      #expect(near(measured, square, relative: 2e-2), "\(golden.name): \(measured), \(square)")
    }
  }

  @Test func theTapeAndTheThreadsDoNotMatter() throws {
    let tuner = try tuner(cases[3])
    let kept = try tuner.gradientsOfAll()
    let again = try tuner.gradientsOfAll(tapeTokens: 0)
    #expect(kept.loss == again.loss && kept.gradients.hash == again.gradients.hash)
  }

  @Test func marginsWithoutBoundsStayFinite() {
    let loss = PreferenceLoss()
    for margin in [-1e6, -800, 0, 800, 1e6] {
      let pair = loss.ofPair(margin: margin)
      let bad = loss.ofBad(margin: margin)
      #expect(pair.loss.isFinite && pair.slope.isFinite && bad.loss.isFinite && bad.slope.isFinite)
      #expect(pair.loss >= 0 && pair.slope <= 0 && bad.slope <= 0)
    }
    #expect(loss.ofPair(margin: -1e6).loss == Double(loss.beta) * 1e6)
  }

  @Test func settingsOutOfRangeAreRefused() {
    var recipe = Recipe()
    recipe.beta = 0.1
    recipe.chosenWeight = 1
    #expect(recipe.preference == nil)
    recipe.beta = 0
    #expect(throws: TuningError.self) { try recipe.check() }
    recipe.beta = 0.1
    recipe.chosenWeight = -1
    #expect(throws: TuningError.self) { try recipe.check() }
  }

  /// A pair is learnt once its chosen answer is, and the old ones are kept.
  @Test func aCorrectionWithAPairEnds() throws {
    var recipe = Recipe()
    recipe.rank = 4
    recipe.learningRate = 1e-2
    recipe.warmup = 0
    let adapter = try Adapter(recipe.adapterConfiguration(layers: 3), for: model, seed: 1)
    let items = cases[3].items
    let corrector = try Corrector(
      model: model, adapter: adapter, optimiser: OptimiserState(for: adapter), recipe: recipe,
      items: items, changed: [1])
    var last: StepReport?
    while !corrector.isFinished { last = try corrector.step() }
    #expect(corrector.completedSteps < Corrector.mostSteps)
    #expect(last?.judged?.count ?? 0 > 0)
  }
}
