import ArgumentParser
import Engine
import Shell
import Workbench

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How well a model predicts a data file's trained tokens.
struct Score: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Score a data file: negative log likelihood of the trained tokens.",
    discussion: """
      An item a line, then the total. The likelihood is in nats, the perplexity is e to the mean. \
      Of a pair, that is the chosen answer; beside it stand the rejected one and the margin: by how \
      many nats the chosen one is the likelier, with --adapter as compared with the foundation. An \
      answer judged bad is no part of the total. \
      Lines that cannot be read are named and left out.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var adapter: AdapterOptions
  @OptionGroup var output: OutputOptions

  @Option(help: "Examples as JSON Lines.")
  var data: String

  func run() throws {
    let file = try DataFile(path: data)
    let model = try model.load()
    let adapter = try adapter.load(for: model)
    let items = try trainingItems(in: file, at: data, for: model, trainable: false)
    Interrupt.install()
    var total = 0.0
    var tokens = 0
    var margins: [Double] = []
    // A few at a time, so that results come while the rest is still at work.
    for start in stride(from: 0, to: items.count, by: 16) {
      let chunk = Array(items[start..<min(start + 16, items.count)])
      let nats = try sums(chunk, model, adapter)
      let rejected = chunk.compactMap(\.rejected)
      var others = zip(rejected, try sums(rejected, model, adapter)).makeIterator()
      // The foundation's margin is what an adapter's is compared with.
      let pairs = adapter == nil ? [] : chunk.filter { $0.rejected != nil }
      var before = zip(
        try sums(pairs, model, nil), try sums(pairs.compactMap(\.rejected), model, nil)
      )
      .makeIterator()
      for (offset, (item, sum)) in zip(chunk, nats).enumerated() {
        if item.aim != .unlikely {
          total += sum
          tokens += item.trainedCount
        }
        var pair: (item: TrainingItem, nll: Double, margin: Double)?
        if item.rejected != nil, let (other, nll) = others.next() {
          let reference = before.next().map { $0.1 - $0.0 } ?? 0
          pair = (other, nll, nll - sum - reference)
          margins.append(nll - sum - reference)
        }
        try report(index: start + offset, item, nll: sum, pair)
      }
    }
    try report(total: total, tokens: tokens, margins)
  }

  /// Negative log likelihood (nats) of each item.
  private func sums(_ items: [TrainingItem], _ model: Model, _ adapter: Adapter?) throws -> [Double]
  {
    var interrupted = false
    let nats = try model.score(items, adapter: adapter) { _ in
      interrupted = Interrupt.take()
      return !interrupted
    }
    if interrupted { throw ExitCode.interrupted }
    return nats.map { $0.reduce(0.0) { $0 + Double($1) } }
  }

  private func report(
    index: Int, _ item: TrainingItem, nll: Double,
    _ pair: (item: TrainingItem, nll: Double, margin: Double)?
  ) throws {
    guard output.json else {
      return try StandardOutput.line(
        "\(index): \(fixed(nll, places: 4)) nats over \(item.trainedCount) tokens"
          + (pair.map {
            "; rejected \(fixed($0.nll, places: 4)) over \($0.item.trainedCount), "
              + "margin \(fixed($0.margin, places: 4))"
          } ?? ""))
    }
    var object: JSONObject = [
      "index": .integer(index), "nll": .number(nll), "tokens": .integer(item.trainedCount),
    ]
    if let pair {
      object["rejected_nll"] = .number(pair.nll)
      object["rejected_tokens"] = .integer(pair.item.trainedCount)
      object["margin"] = .number(pair.margin)
    }
    try StandardOutput.line(.object(object))
  }

  private func report(total: Double, tokens: Int, _ margins: [Double]) throws {
    let won = margins.count { $0 > 0 }
    let margin = margins.reduce(0, +) / Double(max(1, margins.count))
    let perplexity = tokens > 0 ? exp(total / Double(tokens)) : .nan
    guard output.json else {
      return try StandardOutput.line(
        "total: \(fixed(total, places: 4)) nats over \(tokens) tokens, perplexity \(fixed(perplexity, places: 3))"
          + (margins.isEmpty
            ? "" : ", pairs won \(won)/\(margins.count), margin \(fixed(margin, places: 4))"))
    }
    var object: JSONObject = [
      "nll": .number(total), "tokens": .integer(tokens), "perplexity": .number(perplexity),
    ]
    if !margins.isEmpty {
      object["pairs"] = .integer(margins.count)
      object["pairs_won"] = .integer(won)
      object["margin"] = .number(margin)
    }
    try StandardOutput.line(.object(["total": .object(object)]))
  }
}
