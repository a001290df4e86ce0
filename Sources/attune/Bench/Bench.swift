import ArgumentParser
import Engine
import Workbench

/// What this machine makes of a model.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Measure loading, prefill, decoding, base + tuned decoding, tuning and peak memory.",
    discussion: """
      Random tokens forced from an empty context, no sampling; the median of the runs after a \
      warm-up, with the lowest and the highest. Tuning runs in a process of its own, so that its \
      peak memory is its own. Benchmarks/compare sets other programs beside it.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var scalingOptions: ScalingOptions

  @Option(
    help: "Measure only some of: \(BenchPart.allCases.map(\.rawValue).joined(separator: ", ")).")
  var only = BenchPartList(parts: BenchPart.allCases)

  @Option(help: "Measured runs.")
  var runs = 5

  @Option(help: "Tokens to prefill.")
  var prefill = 512

  @Option(help: "Tokens to decode in each row.")
  var decode = 128

  @Option(help: "Rows decoded together, such as 1,2,16.")
  var rows = CountList(counts: [1, 2, 16])

  @Option(help: "Examples in a tuning step.")
  var batch = 8

  @Option(help: "Tokens in each of them.")
  var length = 128

  @Option(
    help: "Tune on this data file instead: whole batches in the given order, padding not counted.")
  var data: String?

  @Option(help: "How often --data is gone through.")
  var epochs = 3

  @Option(help: "Adapt the last N layers in tuning, or all (default: all).")
  var layers: LayerChoice?

  // A line where each run begins and ends, so that whoever reads can time it by a clock of his own.
  @Flag(help: .hidden)
  var marks = false

  func validate() throws {
    try check("--runs", runs, atLeast: 1)
    try check("--prefill", prefill, atLeast: 1)
    try check("--decode", decode, atLeast: 1)
    try check("--batch", batch, atLeast: 1)
    try check("--length", length, atLeast: 4)
    try check("--epochs", epochs, atLeast: 2)
    if marks, !output.json { throw ValidationError("--marks needs --json.") }
    try scalingOptions.check()
  }

  func run() throws {
    let path = try model.path()
    if scalingOptions.scaling {
      return try scalingOptions.run(model: path, threads: model.threads, json: output.json)
    }
    let inference = only.parts.filter { $0 != .tune }
    if !inference.isEmpty { try measureInference(path, inference) }
    guard only.parts.contains(.tune) else { return }
    if inference.isEmpty { try measureTuning(path) } else { try measureTuningApart(path) }
  }

  private var report: BenchReport {
    BenchReport(json: output.json, threads: model.threads, marks: marks)
  }

  private func measureInference(_ path: String, _ parts: [BenchPart]) throws {
    let report = report
    let toFirstToken = parts.contains(.firstToken)
    let isTimed = toFirstToken || parts.contains(.load)
    let clock = ContinuousClock()
    let start = clock.now
    if isTimed { try report.mark(.begin) }
    let model = try Model(path: path, threads: model.threads)
    let load = (clock.now - start) / .seconds(1)
    let work = BenchWork(model: model, runs: runs, mark: report.mark)
    // Straight after loading: whatever is made ready on first use counts.
    if toFirstToken { try work.firstToken(prompt: Self.firstPrompt) }
    let first = (clock.now - start) / .seconds(1)
    if isTimed { try report.mark(.end) }
    if parts.contains(.prefill) { try work.checkContext(prefill) }
    if !Set(parts).isDisjoint(with: [.decode, .diff]) { try work.checkContext(decode) }
    if parts.contains(.load) { try report.load(seconds: load) }
    if toFirstToken { try report.firstToken(seconds: first, tokens: Self.firstPrompt) }
    if parts.contains(.prefill) {
      try report.rates("prefill", try work.prefill(tokens: prefill), tokens: prefill)
    }
    let bandwidth = parts.contains(.bandwidth) ? BenchBandwidth(model) : nil
    if parts.contains(.decode) {
      for count in rows.counts {
        let rates = try work.decode(tokens: decode, rows: count) { bandwidth?.measure() }
        try report.decode(rates, rows: count, tokens: decode, bandwidth)
      }
    }
    if let bandwidth { try report.bandwidth(bandwidth) }
    if parts.contains(.diff) {
      try report.diff(try work.diff(tokens: decode), tokens: decode)
    }
  }

  /// Tokens of the prompt before the first reply token: about what a question takes under a chat template.
  private static let firstPrompt = 32

  private func measureTuning(_ path: String) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let model = try Model(path: path, threads: model.threads)
    let load = (clock.now - start) / .seconds(1)
    let chosen = try layers?.layers(of: model.configuration.layers)
    var tuning = BenchTuning(
      model: model, layers: chosen ?? Array(0..<model.configuration.layers), batch: batch,
      mark: report.mark)
    let result: BenchTuning.Result
    if let data {
      let items = try trainingItems(
        in: DataFile(path: data), at: data, for: model, trainable: true)
      result = try tuning.tune(items: items, epochs: epochs, path: data)
    } else {
      try BenchWork(model: model, runs: runs, mark: report.mark).checkContext(length)
      result = try tuning.tune(length: length, steps: runs + 4)
    }
    try report.tune(
      result, batch: batch, data: data, length: length, loadSeconds: load)
  }

  private func measureTuningApart(_ path: String) throws {
    var arguments = [
      "bench", "--only", BenchPart.tune.rawValue, "--model", path, "--runs", String(runs),
      "--batch", String(batch), "--length", String(length), "--epochs", String(epochs),
    ]
    if let threads = model.threads { arguments += ["--threads", String(threads)] }
    if let data { arguments += ["--data", data] }
    if case .last(let count) = layers { arguments += ["--layers", String(count)] }
    if output.json { arguments.append("--json") }
    if marks { arguments.append("--marks") }
    let code = try runProgram(ownPath(), arguments)
    guard code == 0 else { throw ExitCode(code) }
  }
}
