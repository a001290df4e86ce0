import Engine
import Shell
import Workbench

/// What `bench` prints: one line a measurement, with the keys that the peers' scripts use.
struct BenchReport {
  let json: Bool
  let threads: Int?
  let marks: Bool

  /// Where a run begins or ends.
  func mark(_ mark: BenchMark) throws {
    if marks { try StandardOutput.line(.object(["mark": .string(mark.rawValue)])) }
  }

  /// How long the model took to load.
  func load(seconds: Double) throws {
    try print(
      "load", ["seconds": .rounded(seconds, places: 4)],
      padded("load") + "\(fixed(seconds, places: 3)) s")
  }

  /// How long it took to load and to reach the first token of a reply to a prompt of `tokens`.
  func firstToken(seconds: Double, tokens: Int) throws {
    try print(
      "first_token", ["seconds": .rounded(seconds, places: 4), "tokens": .integer(tokens)],
      padded("load + first token") + "\(fixed(seconds, places: 3)) s")
  }

  /// The rate of each run: their median, the lowest and the highest.
  func rates(_ what: String, _ values: [Double], tokens: Int) throws {
    var pairs: JSONObject = ["tokens": .integer(tokens)]
    pairs.merge(spread(values))
    try print(what, pairs, padded("\(what) of \(tokens)") + human(values))
  }

  /// Decoding, held against the memory where that was measured.
  func decode(_ values: [Double], rows: Int, tokens: Int, _ bandwidth: BenchBandwidth?) throws {
    var pairs: JSONObject = ["rows": .integer(rows), "tokens": .integer(tokens)]
    pairs.merge(spread(values))
    var text = human(values)
    if let bandwidth {
      let bytes = Double(bandwidth.weightBytes) / Double(rows)
      let share = bytes * median(values) / bandwidth.bytesPerSecond
      pairs["weights_bytes_per_token"] = .integer(Int(bytes))
      pairs["bandwidth_share"] = .rounded(share, places: 3)
      text += ", \(fixed(share * 100, places: 0))% of the bandwidth"
    }
    try print("decode", pairs, padded("decode, rows: \(rows)") + text)
  }

  /// What the memory delivers.
  func bandwidth(_ bandwidth: BenchBandwidth) throws {
    let rate = bandwidth.bytesPerSecond / 1e9
    try print(
      "bandwidth",
      [
        "gigabytes_per_second": .rounded(rate, places: 2),
        "low": .rounded((bandwidth.rates.min() ?? 0) / 1e9, places: 2),
        "high": .rounded((bandwidth.rates.max() ?? 0) / 1e9, places: 2),
      ], padded("memory") + "\(fixed(rate, places: 1)) GB/s read")
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
  func tune(
    _ result: BenchTuning.Result, batch: Int, data: String?, length: Int, loadSeconds: Double
  ) throws {
    let peak = peakMemoryMiB()
    let name = data.map {
      String($0[($0.lastIndex(of: "/").map($0.index(after:)) ?? $0.startIndex)...])
    }
    var pairs: JSONObject = [
      "batch": .integer(batch), "targets": .string("all"), "rank": .integer(8),
      "last_layers": .integer(result.layers),
      "tokens_per_second": .rounded(result.tokensPerSecond, places: 1),
      "seconds_per_step": .rounded(result.secondsPerStep, places: 4),
      "load_seconds": .rounded(loadSeconds, places: 4),
      "losses": .array(result.losses.map { .rounded($0, places: 4) }), "peak_mib": .integer(peak),
      "step_tokens": .array(result.steps.map { .integer($0.tokens) }),
      "step_seconds": .array(result.steps.map { .rounded($0.seconds, places: 4) }),
    ]
    var text = "\(fixed(result.tokensPerSecond, places: 1)) tokens/s"
    if let name {
      pairs["data"] = .string(name)
      pairs["later_tokens_per_second"] = .rounded(result.laterTokensPerSecond, places: 1)
      pairs["epochs"] = .array(result.epochRates.map { .rounded($0, places: 1) })
      text += ", \(fixed(result.laterTokensPerSecond, places: 1)) from the second epoch on"
    } else {
      pairs["length"] = .integer(length)
    }
    try print(
      "tune", pairs,
      padded("tune \(batch) x \(name ?? String(length))") + text + ", peak \(peak) MiB")
  }

  private func print(_ what: String, _ pairs: JSONObject, _ human: String) throws {
    guard json else { return try StandardOutput.line(human) }
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
