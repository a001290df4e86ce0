public import Workbench

extension Output {
  /// Shows how a suite's probes went: the counts, then each that turned, then those that fail as before. With JSON, a line
  /// a probe and one for all.
  public func show(_ run: ProbeRun) throws {
    if isJSON {
      for outcome in run.outcomes { try json(ProbeReport(outcome, suite: run.suite)) }
      try json(ProbeSummary(run))
    } else {
      prose("\(sanitisedLine(run.suite))  \(run.counts)", .strong)
      for turn in [ProbeRun.Outcome.Turn.broken, .mended, nil] {
        for outcome in run.outcomes where outcome.turn == turn { show(outcome) }
      }
    }
    if run.outcomes.count < run.total {
      note("(stopped after \(run.outcomes.count) of \(counted(run.total, "probe")))")
    }
  }

  private func show(_ outcome: ProbeRun.Outcome) {
    let verdict = outcome.verdict
    guard outcome.turn != nil || !verdict.passes else { return }
    let (mark, style): (String, Style) =
      switch outcome.turn {
      case .broken: ("✓→✗ ", .bad)
      case .mended: ("✗→✓ ", .added)
      case nil: ("✗   ", .bad)
      }
    lines { page in
      func rows(_ text: String) -> [String] {
        let text = sanitisedLine(text)
        return page.columns.map { wrapped(text, to: $0 - 5) } ?? [text]
      }
      let title = rows(outcome.probe.title).enumerated().map { index, row in
        (index == 0 ? page.palette.paint(mark, style) : "    ") + row
      }
      let failures = verdict.failures.flatMap(rows).map { "    " + $0 }
      let reply = (verdict.reply.map { rows("» " + $0) } ?? [])
        .prefix(page.columns == nil ? .max : Self.replyRows)
        .map { "    " + page.palette.paint($0, .faint) }
      return title + failures + reply
    }
  }

  /// Rows of a reply shown at most: the start of a long one tells enough.
  private static let replyRows = 4

  /// Shows how far a run of probes is.
  public func probeProgress(_ progress: Workbench.ProbeProgress) {
    guard screen.chatsAtTerminal, !screen.isDumb, progress.pieces % 8 == 1 else { return }
    // Rows end by themselves; how many tokens they will be is not known.
    self.progress(
      Progress(
        step: progress.pieces, total: nil, unit: "probe \(progress.done)/\(progress.total), token"))
  }

  /// Says which lines of a suite cannot be read, and which keys mean nothing.
  public func tellProblems(of suite: PromptSuite) {
    let shown = 10
    for bad in suite.bad.prefix(shown) {
      note(sanitised("\(suite.path), \(bad)"), .warning)
    }
    if suite.bad.count > shown {
      note("and \(counted(suite.bad.count - shown, "more bad line"))", .warning)
    }
    if !suite.unknownKeys.isEmpty {
      let keys = suite.unknownKeys.map { "`\($0)`" }.joined(separator: ", ")
      note(sanitised("\(suite.path): nothing is known of \(keys); no probe was held to it"))
    }
  }
}

extension ProbeRun {
  /// `5/6 → 6/6` of those that were done, with the lines that could not be read.
  var counts: String {
    (isTuned ? "\(passedBefore)/\(outcomes.count) → " : "") + "\(passed)/\(outcomes.count)"
      + (badLines > 0 ? ", \(counted(badLines, "line")) not read" : "")
  }

  /// The counts and what turned, on one line.
  var line: String {
    func names(_ turn: Outcome.Turn) -> [String] {
      outcomes.filter { $0.turn == turn }.map {
        "“\(truncated(sanitisedLine($0.probe.title), to: 40))”"
      }
    }
    let turned = [("broken", names(.broken)), ("mended", names(.mended))]
      .filter { !$0.1.isEmpty }
      .map { kind, names in
        let rest = names.count > 3 ? " and \(names.count - 3) more" : ""
        return "; \(kind): " + names.prefix(3).joined(separator: ", ") + rest
      }
    return "probes \(sanitisedLine(suite)) \(counts)" + turned.joined()
  }
}

/// A probe's outcome, as JSON.
private struct ProbeReport: Encodable {
  struct Side: Encodable {
    var passes: Bool
    var failures: [String]
    var reply: String?
    var divergence: Place?

    init(_ verdict: Verdict) {
      passes = verdict.passes
      failures = verdict.failures
      reply = verdict.reply
      divergence = verdict.divergence.map(Place.init)
    }
  }

  struct Place: Encodable {
    var place: Int
    var expected: String
    var found: String
    var margin: Double
    var isNearTie: Bool

    init(_ divergence: Divergence) {
      place = divergence.place
      expected = divergence.expected
      found = divergence.found
      margin = divergence.margin
      isNearTie = divergence.isNearTie
    }
  }

  var suite: String
  var line: Int
  var name: String?
  var prompt: String
  var before: Side
  var after: Side?
  var turn: String?

  init(_ outcome: ProbeRun.Outcome, suite: String) {
    self.suite = suite
    line = outcome.probe.line
    name = outcome.probe.name
    prompt = outcome.probe.prompt
    before = Side(outcome.before)
    after = outcome.after.map(Side.init)
    turn = outcome.turn?.rawValue
  }
}

/// The counts of a run, as JSON.
struct ProbeSummary: Encodable {
  var suite: String
  var probes: Int
  var done: Int
  var passedBefore: Int
  var passedAfter: Int?
  var broken: Int
  var mended: Int
  var badLines: Int
  var burst: Int?
  var passes: Bool

  init(_ run: ProbeRun) {
    suite = run.suite
    probes = run.total
    done = run.outcomes.count
    passedBefore = run.passedBefore
    passedAfter = run.isTuned ? run.passed : nil
    broken = run.outcomes.count { $0.turn == .broken }
    mended = run.outcomes.count { $0.turn == .mended }
    badLines = run.badLines
    burst = run.burst
    passes = run.passes
  }
}
