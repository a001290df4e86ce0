public import Engine

/// What the gauges show of two sides' replies.
public struct GaugeReport: Sendable, Equatable {
  /// One gauge.
  public struct Row: Sendable, Equatable {
    /// Which.
    public var gauge: TextGauge
    /// The left side's replies; nil where the gauge says nothing of any.
    public var before: Interval?
    /// The right side's replies.
    public var after: Interval?
    /// After less before, of replies to the same prompt with the same seed.
    public var change: Interval?
  }

  /// The left side; nil is the foundation.
  public var left: Int?
  /// The right side; nil is the foundation.
  public var right: Int?
  /// How many replies of each side were measured.
  public var samples: Int
  /// How they were drawn.
  public var sampling: Sampling
  /// Each gauge.
  public var rows: [Row]
}

extension Workbench {
  /// Replies that are decoded together.
  private static let rowsTogether = 16
  /// The temperature that replies are drawn at where the session's are greedy, and would be the same for every seed.
  public static let gaugeTemperature: Float = 0.8

  /// Draws `seeds` replies of each side (nil: the foundation) to each prompt, with the seeds from the session's on, and
  /// measures them. What was whole when `shouldStop` answered yes is measured; nil where nothing was.
  ///
  /// `progress` is told the replies done, and all there will be.
  public func gauges(
    _ prompts: [String], _ left: Int?, _ right: Int?, seeds: Int,
    shouldStop: () -> Bool = { false }, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> GaugeReport? {
    let sides = try [left, right].map { try $0.map(weights(of:)) }
    var sampling = session.sampling
    if sampling.temperature == 0 { sampling.temperature = Self.gaugeTemperature }
    let strength = session.state.strength
    var pairs: [(GaugedText, GaugedText)] = []
    var stopped = false
    func isStopped() -> Bool {
      if !stopped { stopped = shouldStop() }
      return stopped
    }
    drawing: for prompt in prompts {
      let tokens = try tokens(prompt, in: conversation).tokens
      for first in stride(from: 0, to: seeds, by: Self.rowsTogether / 2) {
        let some = first..<min(seeds, first + Self.rowsTogether / 2)
        let rows = some.flatMap { place in
          sides.map {
            ReplyRow(
              prompt: tokens, weights: $0, strength: strength,
              seed: sampling.seed &+ UInt64(place))
          }
        }
        let replies = try model.generate(
          rows, sampling: sampling, shouldStop: isStopped, onText: { _, _ in !isStopped() })
        for place in stride(from: 0, to: replies.count, by: 2)
        where replies[place].stop != .interrupt && replies[place + 1].stop != .interrupt {
          pairs.append((GaugedText(replies[place].text), GaugedText(replies[place + 1].text)))
        }
        progress(2 * pairs.count, 2 * seeds * prompts.count)
        if isStopped() { break drawing }
      }
    }
    guard !pairs.isEmpty else { return nil }
    let source = WordRuns(session.trainingTexts(of: right ?? left))
    return GaugeReport(
      left: left, right: right, samples: pairs.count, sampling: sampling,
      rows: GaugeReport.rows(of: pairs, source: source, seed: sampling.seed))
  }
}

extension GaugeReport {
  /// What the gauges show of pairs of replies; the intervals are drawn by `seed`.
  fileprivate static func rows(
    of pairs: [(GaugedText, GaugedText)], source: WordRuns, seed: UInt64
  ) -> [Row] {
    TextGauge.allCases.map { gauge in
      let values = pairs.map {
        (gauge.value($0.0, source: source), gauge.value($0.1, source: source))
      }
      func interval(_ values: [Double]) -> Interval? { Interval(values, seed: seed) }
      return Row(
        gauge: gauge, before: interval(values.compactMap(\.0)),
        after: interval(values.compactMap(\.1)),
        change: interval(
          values.compactMap { before, after in
            before.flatMap { before in after.map { $0 - before } }
          }))
    }
  }
}

extension Session {
  /// What the gauges show of comparisons on record: the foundation's replies and those of `burst`, as they were drawn.
  /// Nil where there is no such comparison.
  package func recordedGauges(of burst: Int) -> GaugeReport? {
    let shown = recordedComparisons.filter { $0.against == nil && $0.burst == burst }
    guard let sampling = shown.first?.sampling else { return nil }
    return GaugeReport(
      left: nil, right: burst, samples: shown.count, sampling: sampling,
      rows: GaugeReport.rows(
        of: shown.map { (GaugedText($0.foundation), GaugedText($0.tuned)) },
        source: WordRuns(trainingTexts(of: burst)), seed: sampling.seed))
  }

  /// What the bursts down to `burst` learnt to say; for the foundation, what the live examples would teach.
  package func trainingTexts(of burst: Int?) -> [String] {
    let path = ancestors(of: burst)
    let revisions: [Example.Revision] =
      if path.isEmpty {
        liveExamples.compactMap(\.revision)
      } else {
        examples.flatMap { example in
          Set(path.flatMap(\.examples).filter { $0.ids.contains(example.id) }.map(\.revision))
            .sorted().compactMap { example.revision($0) }
        }
      }
    return revisions.flatMap { revision -> [String] in
      switch revision.content {
      case .messages(let messages):
        return messages.filter { $0.role == "assistant" && $0.train != false }.map(\.content)
      case .text(let text): return [text]
      case .preference(_, let chosen, _): return chosen.map(\.content)
      case .judged(_, let completion, let good): return good ? completion.map(\.content) : []
      case .tokens: return []
      }
    }
  }
}
