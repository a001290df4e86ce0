import Engine

/// Where a timed piece of work begins and ends.
enum BenchMark: String { case begin, end }

/// The work that is measured: the engine's alone, with no sampling and no text.
struct BenchWork {
  let model: Model
  let runs: Int
  /// Told where each run begins and ends, the warm-up left out.
  var mark: (BenchMark) throws -> Void = { _ in }

  /// Refuses work that is longer than the model's context.
  func checkContext(_ tokens: Int) throws {
    guard tokens < model.configuration.contextLength else {
      throw BenchError.contextTooShort(
        tokens: tokens, context: model.configuration.contextLength)
    }
  }

  /// Goes from a prompt of so many tokens to the most likely first token of the reply.
  func firstToken(prompt: Int) throws {
    var random = SplitMix(seed: 1)
    let row = GenerationRow(prompt: randomTokens(prompt, of: model, &random), adapter: nil)
    var decoding = try Decoding(model, [row], maxTokens: 1, precision: .rounded)
    _ = decoding.prefill { false }
    let likeliest = decoding.logits.withRow(0) { $0.max() ?? .nan }
    precondition(!likeliest.isNaN)
  }

  /// Tokens a second of each run over one prompt.
  func prefill(tokens: Int) throws -> [Double] {
    var random = SplitMix(seed: 1)
    return try measured {
      let prompt = randomTokens(tokens, of: model, &random)
      return Double(tokens) / (try timed($0, [prompt], [nil], prefilled: tokens))
    }
  }

  /// Tokens a second, all rows together, of each run. `between` is called before each.
  func decode(tokens: Int, rows: Int, between: () -> Void = {}) throws -> [Double] {
    var random = SplitMix(seed: 1)
    return try measured {
      let forced = (0..<rows).map { _ in randomTokens(tokens, of: model, &random) }
      let adapters = [Adapter?](repeating: nil, count: rows)
      if $0 { between() }
      return Double(tokens * rows) / (try timed($0, forced, adapters))
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
    let adapter = try BenchTuning.touchedAdapter(for: model, rank: 8)
    var result = Diff(rates: [], secondsOverOne: [])
    result.rates = try measured { isMeasured in
      let rows = (0..<2).map { _ in randomTokens(tokens, of: model, &random) }
      let one = try timed(isMeasured, [rows[1]], [adapter])
      let both = try timed(isMeasured, rows, [nil, adapter])
      if isMeasured { result.secondsOverOne.append(both / one) }
      return Double(tokens * 2) / both
    }
    return result
  }

  private func timed(
    _ isMeasured: Bool, _ rows: [[Token]], _ adapters: [Adapter?], prefilled: Int = 1
  ) throws -> Double {
    if isMeasured { try mark(.begin) }
    let took = try forcedSeconds(rows, adapters, prefilled: prefilled)
    if isMeasured { try mark(.end) }
    return took
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

  /// The warm-up's value is dropped; `body` is told whether its run counts.
  private func measured(_ body: (Bool) throws -> Double) rethrows -> [Double] {
    let values = try (0...runs).map { try body($0 > 0) }
    return Array(values.dropFirst())
  }
}

/// The memory's bandwidth, taken between the runs that are held against it.
final class BenchBandwidth {
  private let memory: MemoryBandwidth
  /// Bytes of weights that one decoded token of all rows reads.
  let weightBytes: Int
  private(set) var rates: [Double] = []

  init(_ model: Model) {
    memory = MemoryBandwidth(model.compute)
    weightBytes = model.weightBytesPerPass
  }

  /// Takes one more figure.
  func measure() { rates.append(memory.bytesPerSecond()) }

  /// Bytes a second: the median of the figures, of which there is at least one.
  var bytesPerSecond: Double {
    if rates.isEmpty { measure() }
    return median(rates)
  }
}

/// Token ids drawn from the whole vocabulary.
func randomTokens(_ count: Int, of model: Model, _ random: inout SplitMix) -> [Token] {
  let last = Token(model.configuration.vocabularySize - 1)
  return (0..<count).map { _ in Token.random(in: 0...last, using: &random) }
}

/// How long `body` takes, in seconds.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  try ContinuousClock().measure(body) / .seconds(1)
}

/// The middle value, or the mean of the two in the middle; 0 of none.
package func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return 0 }
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// Why something cannot be measured.
enum BenchError: Error, Equatable, CustomStringConvertible {
  case contextTooShort(tokens: Int, context: Int)
  case noWholeBatch(path: String, examples: Int, batch: Int)

  var description: String {
    switch self {
    case .contextTooShort(let tokens, let context):
      "\(tokens) tokens do not fit this model's context of \(context). "
        + "Give smaller numbers to --prefill, --decode and --length."
    case .noWholeBatch(let path, let examples, let batch):
      "\(path) has \(examples) examples, which is no whole batch of \(batch). Give a smaller --batch."
    }
  }
}
