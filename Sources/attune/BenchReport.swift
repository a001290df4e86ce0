import Shell

/// What `bench` prints: one line a measurement, with the keys that the peers' scripts use.
struct BenchReport {
  let json: Bool
  let threads: Int?

  /// How long the model took to load.
  func load(seconds: Double) throws {
    try print(
      "load", [("seconds", .rounded(seconds, places: 4))],
      "load                 \(fixed(seconds, places: 3)) s")
  }

  /// The rate of each run: their median, the lowest and the highest.
  func rates(_ what: String, _ values: [Double], rows: Int? = nil, tokens: Int) throws {
    var pairs: [(String, JSON)] = rows.map { [("rows", .int($0))] } ?? []
    pairs += [("tokens", .int(tokens))] + spread(values)
    let name = padded(what + (rows.map { ", rows: \($0)" } ?? " of \(tokens)"))
    try print(what, pairs, name + human(values))
  }

  /// A foundation row and a tuned row together.
  func diff(_ result: BenchWork.Diff, tokens: Int) throws {
    let over = median(result.secondsOverOne)
    try print(
      "diff",
      [
        ("rows", .int(2)), ("seconds_over_one", .rounded(over, places: 3)),
        ("tokens", .int(tokens)),
      ] + spread(result.rates),
      padded("base + tuned") + human(result.rates)
        + ", \(fixed(over, places: 2)) times one tuned row's time")
  }

  /// Tuning, in this process.
  func tune(_ result: BenchWork.Tuning, batch: Int, length: Int, loadSeconds: Double) throws {
    let peak = peakMemoryMiB()
    try print(
      "tune",
      [
        ("batch", .int(batch)), ("length", .int(length)), ("targets", .string("all")),
        ("rank", .int(8)), ("last_layers", .int(result.layers)),
        ("tokens_per_second", .rounded(result.tokensPerSecond, places: 1)),
        ("seconds_per_step", .rounded(result.secondsPerStep, places: 4)),
        ("load_seconds", .rounded(loadSeconds, places: 4)),
        ("losses", .array(result.losses.map { .rounded($0, places: 4) })), ("peak_mib", .int(peak)),
      ],
      padded("tune \(batch) x \(length)")
        + "\(fixed(result.tokensPerSecond, places: 1)) tokens/s, peak \(peak) MiB")
  }

  private func print(_ what: String, _ pairs: [(String, JSON)], _ human: String) throws {
    guard json else {
      return try StandardOutput.line(threads.map { "\($0) threads: " + human } ?? human)
    }
    let ours = [("threads", threads.map(JSON.int) ?? .null), ("peer", JSON.string("attune"))]
    try StandardOutput.line(.object([("what", .string(what))] + pairs + ours))
  }

  private func spread(_ values: [Double]) -> [(String, JSON)] {
    [
      ("tokens_per_second", .rounded(median(values), places: 1)),
      ("low", .rounded(values.min() ?? 0, places: 1)),
      ("high", .rounded(values.max() ?? 0, places: 1)),
    ]
  }

  private func human(_ values: [Double]) -> String {
    "\(fixed(median(values), places: 1)) tokens/s (\(fixed(values.min() ?? 0, places: 1)) to "
      + "\(fixed(values.max() ?? 0, places: 1)))"
  }

  private func padded(_ name: String) -> String {
    name + String(repeating: " ", count: max(1, 21 - name.count))
  }
}
