import Engine

/// Measures one dimension's costs at one size, in bounded time: steps are sampled, never a whole epoch of many.
struct ScalingWork {
  let path: String
  /// nil is all cores.
  let threads: Int?
  /// Tokens of each example where another dimension is watched.
  private let exampleTokens: Int
  private let model: Model
  private let rank = 8
  private let batch = 4

  init(path: String, threads: Int?) throws {
    self.path = path
    self.threads = threads
    model = try Model(path: path, threads: threads)
    exampleTokens = min(32, model.contextLength / 2)
  }

  /// The longest context there is.
  var context: Int { model.contextLength }
  /// How many threads compute.
  var allThreads: Int { model.threads }

  /// The costs at `size`, in seconds, in the order of the dimension's kinds.
  func costs(_ dimension: ScalingDimension, at size: Int) throws -> [Double] {
    switch dimension {
    case .examples: return try examples(size)
    case .context: return try context(size)
    case .rank:
      let adapter = try BenchTuning.touchedAdapter(for: model, rank: size)
      return [try tuneStep(model, rank: size, examples: batch), try decode(model, [adapter])]
    case .rows:
      return [
        try tuneStep(model, rank: rank, examples: size),
        try decode(model, [Adapter?](repeating: nil, count: size)),
      ]
    case .threads:
      let model = try Model(path: path, threads: size)
      return [try tuneStep(model, rank: rank, examples: batch), try decode(model, [nil])]
    }
  }

  /// An epoch is what it takes to set out, and its steps, of which a few are measured.
  private func examples(_ count: Int) throws -> [Double] {
    var random = SplitMix(seed: 1)
    let items = (0..<count).map { _ in randomItem(exampleTokens, of: model, &random) }
    var tuner: Tuner?
    let start = try seconds { tuner = try makeTuner(model, rank: rank, batch: 1, items) }
    guard let tuner else { return [] }
    let step = try median(repeated { _ = try tuner.step() })
    return [start + step * Double(count), step]
  }

  private func context(_ tokens: Int) throws -> [Double] {
    var random = SplitMix(seed: 1)
    let item = randomItem(tokens, of: model, &random)
    let tuner = try makeTuner(model, rank: rank, batch: 1, [item])
    let tune = try median(repeated { _ = try tuner.step() })
    // The last tokens of the context are decoded, all before them are the prompt.
    let decoded = 8
    var prefill: [Double] = []
    var decode: [Double] = []
    _ = try repeated {
      var decoding = try Decoding(
        model, [GenerationRow(prompt: Array(item.tokens.dropLast(decoded)), adapter: nil)],
        maxTokens: decoded, precision: .rounded)
      prefill.append(seconds { _ = decoding.prefill { false } })
      for token in item.tokens.suffix(decoded) {
        decode.append(seconds { decoding.step([(0, token)]) })
      }
    }
    return [tune, prefill.min() ?? 0, median(decode)]
  }

  private func tuneStep(_ model: Model, rank: Int, examples: Int) throws -> Double {
    var random = SplitMix(seed: 1)
    let items = (0..<examples).map { _ in randomItem(exampleTokens, of: model, &random) }
    let tuner = try makeTuner(model, rank: rank, batch: examples, items)
    return try median(repeated { _ = try tuner.step() })
  }

  /// One token of each row, from an empty context.
  private func decode(_ model: Model, _ adapters: [Adapter?]) throws -> Double {
    var random = SplitMix(seed: 1)
    let tokens = min(24, model.contextLength - 1)
    let rows = adapters.map {
      GenerationRow(prompt: randomTokens(1, of: model, &random), adapter: $0)
    }
    let forced = adapters.map { _ in randomTokens(tokens, of: model, &random) }
    var decoding = try Decoding(model, rows, maxTokens: tokens, precision: .rounded)
    _ = decoding.prefill { false }
    let times = (0..<tokens).map { place in
      seconds { decoding.step(rows.indices.map { ($0, forced[$0][place]) }) }
    }
    return median(Array(times.dropFirst(tokens / 4)))
  }

  /// Steps without end: who measures decides how many are taken.
  private func makeTuner(_ model: Model, rank: Int, batch: Int, _ items: [TrainingItem]) throws
    -> Tuner
  {
    let adapter = try BenchTuning.freshAdapter(
      for: model, layers: Array(0..<model.configuration.layers), rank: rank)
    return try Tuner(
      model: model, adapter: adapter, optimiser: OptimiserState(for: adapter),
      recipe: BenchTuning.recipe(batch: batch, rank: rank), items: items, length: .steps(100_000))
  }

  /// Three runs after a warm-up; of what takes seconds, the first run alone.
  private func repeated(_ body: () throws -> Void) throws -> [Double] {
    let first = try seconds(body)
    if first > 2 { return [first] }
    return try (0..<3).map { _ in try seconds(body) }
  }
}
