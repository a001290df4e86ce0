import Engine

/// Tuning that is measured: all seven projections, rank 8, AdamW at a constant rate, as PEFT's script does it.
struct BenchTuning {
  let model: Model
  /// The adapted layers.
  let layers: [Int]
  /// Examples a step.
  let batch: Int
  /// Told where each step begins and ends.
  var mark: (BenchMark) throws -> Void = { _ in }

  /// What tuning steps took. The first step warms up and counts nowhere but in `losses`.
  struct Result {
    var steps: [StepReport]
    var layers: Int
    var stepsPerEpoch: Int

    var losses: [Double] { steps.map(\.loss) }
    var tokensPerSecond: Double { rate(steps.dropFirst()) }
    var secondsPerStep: Double { median(steps.dropFirst().map(\.seconds)) }
    /// From the second epoch on, when nothing is seen for the first time.
    var laterTokensPerSecond: Double { rate(steps.dropFirst(stepsPerEpoch)) }
    /// Epoch by epoch.
    var epochRates: [Double] {
      stride(from: 0, to: steps.count, by: stepsPerEpoch).map { start in
        rate(steps[max(1, start)..<max(1, min(steps.count, start + stepsPerEpoch))])
      }
    }

    private func rate(_ steps: ArraySlice<StepReport>) -> Double {
      let tokens = steps.reduce(0) { $0 + $1.tokens }
      let seconds = steps.reduce(0) { $0 + $1.seconds }
      return seconds > 0 ? Double(tokens) / seconds : 0
    }
  }

  /// Steps on one batch of random tokens, a quarter of each row masked as a prompt.
  mutating func tune(length: Int, steps: Int) throws -> Result {
    var random = SplitMix(seed: 1)
    let items = (0..<batch).map { _ in randomItem(length, of: model, &random) }
    return try tune(items: items, length: .steps(steps))
  }

  /// Epochs over the whole batches of a data file. What comes after an example's last trained token (the template's
  /// newline) has no part in the loss, and other programs leave it out.
  mutating func tune(items: [TrainingItem], epochs: Int, path: String) throws -> Result {
    let whole = items.count / batch * batch
    guard whole > 0 else {
      throw BenchError.noWholeBatch(path: path, examples: items.count, batch: batch)
    }
    let kept = items.prefix(whole).map { item in
      let end = (item.trained.lastIndex(of: true) ?? 0) + 1
      return TrainingItem(
        tokens: Array(item.tokens.prefix(end)), trained: Array(item.trained.prefix(end)))
    }
    return try tune(items: kept, length: .epochs(epochs))
  }

  private func tune(items: [TrainingItem], length: BurstLength) throws -> Result {
    let adapter = try Self.freshAdapter(for: model, layers: layers, rank: 8)
    let tuner = try Tuner(
      model: model, adapter: adapter, optimiser: OptimiserState(for: adapter),
      recipe: Self.recipe(batch: batch, rank: 8), items: items, length: length)
    var result = Result(
      steps: [], layers: layers.count, stepsPerEpoch: items.count / batch)
    while !tuner.isFinished {
      try mark(.begin)
      if let step = try tuner.step() { result.steps.append(step) }
      try mark(.end)
    }
    return result
  }

  /// The settings of the peers' script.
  static func recipe(batch: Int, rank: Int) -> Recipe {
    var recipe = Recipe()
    (recipe.rank, recipe.alpha, recipe.targets) = (rank, 16, Projection.allCases)
    (recipe.learningRate, recipe.warmup, recipe.schedule) = (2e-4, 0, .constant)
    (recipe.batchSize, recipe.order, recipe.clip) = (batch, .given, 1)
    return recipe
  }

  /// A fresh adapter on all projections.
  static func freshAdapter(for model: Model, layers: [Int], rank: Int) throws -> Adapter {
    let configuration = AdapterConfiguration(
      rank: rank, alpha: 16, targets: Projection.allCases, layers: layers)
    return try Adapter(configuration, for: model, seed: 1)
  }

  /// An adapter on all layers that does something: a fresh one's B is zero.
  static func touchedAdapter(for model: Model, rank: Int) throws -> Adapter {
    var random = SplitMix(seed: 2)
    let adapter = try freshAdapter(
      for: model, layers: Array(0..<model.configuration.layers), rank: rank)
    let tuner = try Tuner(
      model: model, adapter: adapter, optimiser: OptimiserState(for: adapter),
      recipe: recipe(batch: 1, rank: rank), items: [randomItem(16, of: model, &random)],
      length: .steps(1))
    _ = try tuner.step()
    return tuner.adapter
  }
}

/// Random tokens, a quarter of them masked as a prompt.
func randomItem(_ length: Int, of model: Model, _ random: inout SplitMix) -> TrainingItem {
  TrainingItem(
    tokens: randomTokens(length, of: model, &random),
    trained: (0..<length).map { $0 >= length / 4 })
}
