import Engine
import Shell

/// What `bench` prints: one line a measurement, with the keys that the peers' scripts use.
struct BenchReport {
  let json: Bool
  let threads: Int?

  /// How long the model took to load.
  func load(seconds: Double) throws {
    try print(
      "load", ["seconds": .rounded(seconds, places: 4)],
      "load                 \(fixed(seconds, places: 3)) s")
  }

  /// The rate of each run: their median, the lowest and the highest.
  func rates(_ what: String, _ values: [Double], rows: Int? = nil, tokens: Int) throws {
    var pairs: JSONObject = [:]
    pairs["rows"] = rows.map { .integer($0) }
    pairs["tokens"] = .integer(tokens)
    pairs.merge(spread(values))
    let name = padded(what + (rows.map { ", rows: \($0)" } ?? " of \(tokens)"))
    try print(what, pairs, name + human(values))
  }

  /// A foundation row and a tuned row together.
  func diff(_ result: BenchWork.Diff, tokens: Int) throws {
    let over = median(result.secondsOverOne)
    var pairs: JSONObject = [
      "rows": .integer(2), "seconds_over_one": .rounded(over, places: 3),
      "tokens": .integer(tokens),
    ]
    pairs.merge(spread(result.rates))
    try print(
      "diff", pairs,
      padded("base + tuned") + human(result.rates)
        + ", \(fixed(over, places: 2)) times one tuned row's time")
  }

  /// Tuning, in this process.
  func tune(_ result: BenchWork.Tuning, batch: Int, length: Int, loadSeconds: Double) throws {
    let peak = peakMemoryMiB()
    try print(
      "tune",
      [
        "batch": .integer(batch), "length": .integer(length), "targets": .string("all"),
        "rank": .integer(8), "last_layers": .integer(result.layers),
        "tokens_per_second": .rounded(result.tokensPerSecond, places: 1),
        "seconds_per_step": .rounded(result.secondsPerStep, places: 4),
        "load_seconds": .rounded(loadSeconds, places: 4),
        "losses": .array(result.losses.map { .rounded($0, places: 4) }), "peak_mib": .integer(peak),
      ],
      padded("tune \(batch) x \(length)")
        + "\(fixed(result.tokensPerSecond, places: 1)) tokens/s, peak \(peak) MiB")
  }

  private func print(_ what: String, _ pairs: JSONObject, _ human: String) throws {
    guard json else {
      return try StandardOutput.line(threads.map { "\($0) threads: " + human } ?? human)
    }
    var line: JSONObject = ["what": .string(what)]
    line.merge(pairs)
    line["threads"] = threads.map { .integer($0) } ?? .null
    line["peer"] = .string("attune")
    try StandardOutput.line(.object(line))
  }

  private func spread(_ values: [Double]) -> JSONObject {
    [
      "tokens_per_second": .rounded(median(values), places: 1),
      "low": .rounded(values.min() ?? 0, places: 1),
      "high": .rounded(values.max() ?? 0, places: 1),
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
