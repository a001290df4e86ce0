import Engine

/// The work that is measured: the engine's alone, with no sampling and no text.
struct BenchWork {
  let model: Model
  let runs: Int

  /// Refuses work that is longer than the model's context.
  func checkContext(_ tokens: Int) throws {
    guard tokens < model.configuration.contextLength else {
      throw BenchError.contextTooShort(
        tokens: tokens, context: model.configuration.contextLength)
    }
  }

  /// Tokens a second of each run over one prompt.
  func prefill(tokens: Int) throws -> [Double] {
    var random = SplitMix(seed: 1)
    return try measured {
      let prompt = randomTokens(tokens, &random)
      return Double(tokens) / (try forcedSeconds([prompt], [nil], prefilled: tokens))
    }
  }

  /// Tokens a second, all rows together, of each run.
  func decode(tokens: Int, rows: Int) throws -> [Double] {
    var random = SplitMix(seed: 1)
    return try measured {
      let forced = (0..<rows).map { _ in randomTokens(tokens, &random) }
      let adapters = [Adapter?](repeating: nil, count: rows)
      return Double(tokens * rows) / (try forcedSeconds(forced, adapters))
    }
  }

  /// How long a foundation row and a tuned row take together, against one tuned row alone.
  struct Diff {
    /// Tokens a second of both rows together, run by run.
    var rates: [Double]
    /// The two rows' time over the one's, run by run: each pair was measured one after the other.
    var secondsOverOne: [Double]
  }

  /// Decodes a foundation row and a tuned row together, and a tuned row alone.
  func diff(tokens: Int) throws -> Diff {
    var random = SplitMix(seed: 1)
    let adapter = try touchedAdapter(&random)
    var result = Diff(rates: [], secondsOverOne: [])
    result.rates = try measured {
      let rows = [randomTokens(tokens, &random), randomTokens(tokens, &random)]
      let one = try forcedSeconds([rows[1]], [adapter])
      let both = try forcedSeconds(rows, [nil, adapter])
      result.secondsOverOne.append(both / one)
      return Double(tokens * 2) / both
    }
    result.secondsOverOne.removeFirst()
    return result
  }

  /// What tuning steps took.
  struct Tuning {
    var tokensPerSecond: Double
    var secondsPerStep: Double
    var losses: [Double]
    var layers: Int
  }

  /// Steps of AdamW on random tokens, a quarter of each row masked as a prompt, after one that warms up.
  func tune(batch: Int, length: Int) throws -> Tuning {
    var random = SplitMix(seed: 1)
    var recipe = Recipe()
    (recipe.rank, recipe.alpha, recipe.targets) = (8, 16, Projection.allCases)
    (recipe.learningRate, recipe.warmup, recipe.schedule) = (2e-4, 0, .constant)
    (recipe.batchSize, recipe.order, recipe.clip) = (batch, .given, 1)
    let items = (0..<batch).map { _ in
      TrainingItem(
        tokens: randomTokens(length, &random), trained: (0..<length).map { $0 >= length / 4 })
    }
    let adapter = try freshAdapter()
    let steps = runs + 3
    let tuner = try Tuner(
      model: model, adapter: adapter, optimiser: OptimiserState(for: adapter), recipe: recipe,
      items: items, length: .steps(steps + 1))
    var losses: [Double] = []
    var times: [Double] = []
    while !tuner.isFinished {
      times.append(
        try seconds {
          if let report = try tuner.step() { losses.append(report.loss) }
        })
    }
    times.removeFirst()
    return Tuning(
      tokensPerSecond: Double(batch * length * times.count) / times.reduce(0, +),
      secondsPerStep: median(times), losses: losses, layers: model.configuration.layers)
  }

  /// How long it takes to go through rows of given tokens of one length: `prefilled` of them as a prompt (from an
  /// empty context the first cannot come otherwise), the others one by one, with logits after each.
  private func forcedSeconds(
    _ rows: [[Token]], _ adapters: [Adapter?], prefilled: Int = 1
  ) throws -> Double {
    let length = rows.first?.count ?? 0
    let prompts = zip(rows, adapters).map {
      GenerationRow(prompt: Array($0.prefix(prefilled)), adapter: $1)
    }
    return try seconds {
      var decoding = try Decoding(
        model, prompts, maxTokens: length - prefilled, precision: .rounded)
      _ = decoding.prefill { false }
      for position in prefilled..<length {
        decoding.step(rows.indices.map { ($0, rows[$0][position]) })
      }
    }
  }

  private func freshAdapter() throws -> Adapter {
    let configuration = AdapterConfiguration(
      rank: 8, alpha: 16, targets: Projection.allCases,
      layers: Array(0..<model.configuration.layers))
    return try Adapter(configuration, for: model, seed: 1)
  }

  /// An adapter that does something: a fresh one's B is zero.
  private func touchedAdapter(_ random: inout SplitMix) throws -> Adapter {
    let adapter = try freshAdapter()
    let item = TrainingItem(
      tokens: randomTokens(16, &random), trained: [Bool](repeating: true, count: 16))
    let tuner = try Tuner(
      model: model, adapter: adapter, optimiser: OptimiserState(for: adapter), recipe: Recipe(),
      items: [item], length: .steps(1))
    _ = try tuner.step()
    return tuner.adapter
  }

  private func measured(_ body: () throws -> Double) rethrows -> [Double] {
    let values = try (0...runs).map { _ in try body() }
    return Array(values.dropFirst())
  }

  private func randomTokens(_ count: Int, _ random: inout SplitMix) -> [Token] {
    let last = Token(model.configuration.vocabularySize - 1)
    return (0..<count).map { _ in Token.random(in: 0...last, using: &random) }
  }

  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(body) / .seconds(1)
  }
}

/// The middle value, or the mean of the two in the middle; 0 of none.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return 0 }
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// Why something cannot be measured.
enum BenchError: Error, Equatable, CustomStringConvertible {
  case contextTooShort(tokens: Int, context: Int)

  var description: String {
    switch self {
    case .contextTooShort(let tokens, let context):
      "\(tokens) tokens do not fit this model's context of \(context). "
        + "Give smaller numbers to --prefill, --decode and --length."
    }
  }
}
