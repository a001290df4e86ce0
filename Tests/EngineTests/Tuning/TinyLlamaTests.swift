import Engine
import Testing

/// A tiny random llama against transformers and PEFT (fp32): logits, losses, gradient norms, AdamW.
@Suite("A tiny llama folder equals its reference")
struct TinyLlamaTests {
  struct Golden: Decodable {
    var rank: Int
    var alpha: Float
    var targets: [String]
    var rows: [[Token]]
    var labels: [[Token]]
    var logits_of_row_0: [[Double]]
    var batch_loss: Double
    var adapter_batch_loss: Double
    var gradient_norms: [String: Double]
    var adamw_learning_rate: Float
    var adamw_losses: [Double]

    var items: [TrainingItem] {
      zip(rows, labels).map { TrainingItem(tokens: $0, trained: $1.map { $0 != -100 }) }
    }
  }

  let model: Model
  let golden: Golden

  init() throws {
    model = try Model(path: Fixtures.path("tiny/llama"))
    golden = try Fixtures.json(Golden.self, "tiny/llama/golden.json")
  }

  private func adapter() throws -> Adapter {
    try Fixtures.formulaAdapter(
      model, rank: golden.rank, alpha: golden.alpha, targets: golden.targets)
  }

  private func mean(_ scores: [[Float]]) -> Double {
    let all = scores.flatMap { $0 }
    return all.reduce(0.0) { $0 + Double($1) } / Double(all.count)
  }

  @Test func logits() throws {
    let logits = try model.allLogits(golden.rows[0])
    for (found, expected) in zip(logits, golden.logits_of_row_0) {
      for (a, b) in zip(found, expected) { #expect(near(Double(a), b, absolute: 2e-4)) }
    }
  }

  @Test func losses() throws {
    let plain = mean(try model.score(golden.items, adapter: nil))
    let tuned = mean(try model.score(golden.items, adapter: adapter()))
    #expect(near(plain, golden.batch_loss, relative: 1e-4))
    #expect(near(tuned, golden.adapter_batch_loss, relative: 1e-4))
  }

  private func tuner() throws -> Tuner {
    var recipe = Recipe()
    recipe.learningRate = golden.adamw_learning_rate
    recipe.batchSize = 3
    recipe.warmup = 0
    recipe.clip = nil
    recipe.order = .given
    let adapter = try adapter()
    return try Tuner(
      model: model, adapter: adapter, optimiser: OptimiserState(for: adapter), recipe: recipe,
      items: golden.items, length: .steps(6))
  }

  @Test func gradientNorms() throws {
    let (loss, gradients) = try tuner().gradientsOfAll()
    let entries = gradients.entries
    #expect(near(loss, golden.adapter_batch_loss, relative: 1e-4))
    #expect(entries.count == golden.gradient_norms.count)
    for entry in entries {
      let name = entry.name.replacing("base_model.model.", with: "").replacing(".weight", with: "")
      let norm = entry.values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      let expected = try #require(golden.gradient_norms[name], "\(name)")
      #expect(near(norm, expected, relative: 1e-3), "\(name): \(norm), expected \(expected)")
    }
  }

  @Test func adamWLosses() throws {
    let tuner = try tuner()
    for expected in golden.adamw_losses {
      let report = try #require(try tuner.step())
      #expect(near(report.loss, expected, relative: 1e-3, absolute: 5e-4))
    }
    #expect(tuner.isFinished)
  }
}
