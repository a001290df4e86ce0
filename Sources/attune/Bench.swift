import ArgumentParser
import Engine

/// What this machine makes of a model.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Measure prefill, decoding, base + tuned decoding, tuning, load time and peak memory.",
    discussion: """
      Random tokens forced from an empty context, no sampling; the median of the runs after a \
      warm-up, with the lowest and the highest. Tuning runs in a process of its own, so that its \
      peak memory is its own. Benchmarks/run sets other programs beside it.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Repeat everything with 1, 2, 4 … threads, up to all cores.")
  var scaling = false

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

  @Flag(help: .hidden)
  var tuneOnly = false

  func validate() throws {
    try check("--runs", runs, atLeast: 1)
    try check("--prefill", prefill, atLeast: 1)
    try check("--decode", decode, atLeast: 1)
    try check("--batch", batch, atLeast: 1)
    try check("--length", length, atLeast: 4)
  }

  func run() throws {
    let path = try model.path()
    if tuneOnly { return try measureTuning(path, threads: model.threads) }
    for threads in threadCounts {
      try measureInference(path, threads: threads)
      try measureTuningApart(path, threads: threads)
    }
  }

  private var threadCounts: [Int?] {
    guard scaling else { return [model.threads] }
    let all = model.threads ?? processorCount()
    let counts = sequence(first: 1) { $0 * 2 }.prefix { $0 < all }
    return counts + [all]
  }

  private func measureInference(_ path: String, threads: Int?) throws {
    let clock = ContinuousClock()
    var loaded: Model?
    let load = try clock.measure { loaded = try Model(path: path, threads: threads) }
    guard let model = loaded else { return }
    let report = BenchReport(json: output.json, threads: threads)
    let work = BenchWork(model: model, runs: runs)
    try work.checkContext(max(prefill, decode))
    try report.load(seconds: load / .seconds(1))
    try report.rates(
      "prefill", try work.prefill(tokens: prefill), tokens: prefill)
    for count in rows.counts {
      try report.rates(
        "decode", try work.decode(tokens: decode, rows: count), rows: count, tokens: decode)
    }
    try report.diff(try work.diff(tokens: decode), tokens: decode)
  }

  private func measureTuning(_ path: String, threads: Int?) throws {
    let clock = ContinuousClock()
    var loaded: Model?
    let load = try clock.measure { loaded = try Model(path: path, threads: threads) }
    guard let model = loaded else { return }
    let work = BenchWork(model: model, runs: runs)
    try work.checkContext(length)
    let result = try work.tune(batch: batch, length: length)
    try BenchReport(json: output.json, threads: threads).tune(
      result, batch: batch, length: length, loadSeconds: load / .seconds(1))
  }

  private func measureTuningApart(_ path: String, threads: Int?) throws {
    var arguments = [
      "bench", "--tune-only", "--model", path, "--runs", String(runs), "--batch", String(batch),
      "--length", String(length),
    ]
    if let threads { arguments += ["--threads", String(threads)] }
    if output.json { arguments.append("--json") }
    let code = try runProgram(ownPath(), arguments)
    guard code == 0 else { throw ExitCode(code) }
  }
}

/// Whole numbers above zero, with commas between.
struct CountList: ExpressibleByArgument {
  var counts: [Int]

  init(counts: [Int]) { self.counts = counts }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    counts = parts.compactMap { Int($0) }.filter { (1...1024).contains($0) }
    guard counts.count == parts.count else { return nil }
  }

  var defaultValueDescription: String { counts.map(String.init).joined(separator: ",") }
}
