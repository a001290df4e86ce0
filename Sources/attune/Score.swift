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
    // A few at a time, so that results come while the rest is still at work.
    for start in stride(from: 0, to: items.count, by: 16) {
      let chunk = Array(items[start..<min(start + 16, items.count)])
      var interrupted = false
      let nats = try model.score(chunk, adapter: adapter) { _ in
        interrupted = Interrupt.take()
        return !interrupted
      }
      if interrupted { throw ExitCode.interrupted }
      for (offset, values) in nats.enumerated() {
        let sum = values.reduce(0.0) { $0 + Double($1) }
        total += sum
        tokens += values.count
        try report(index: start + offset, nll: sum, tokens: values.count)
      }
    }
    try report(total: total, tokens: tokens)
  }

  private func report(index: Int, nll: Double, tokens: Int) throws {
    guard output.json else {
      return try StandardOutput.line(
        "\(index): \(fixed(nll, places: 4)) nats over \(tokens) tokens")
    }
    try StandardOutput.line(
      .object(["index": .integer(index), "nll": .number(nll), "tokens": .integer(tokens)]))
  }

  private func report(total: Double, tokens: Int) throws {
    let perplexity = tokens > 0 ? exp(total / Double(tokens)) : .nan
    guard output.json else {
      return try StandardOutput.line(
        "total: \(fixed(total, places: 4)) nats over \(tokens) tokens, perplexity \(fixed(perplexity, places: 3))"
      )
    }
    try StandardOutput.line(
      .object([
        "total": .object([
          "nll": .number(total), "tokens": .integer(tokens), "perplexity": .number(perplexity),
        ])
      ]))
  }
}
