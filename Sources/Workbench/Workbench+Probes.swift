import Engine

extension Workbench {
  /// How far a run of probes is.
  public struct ProbeProgress: Sendable {
    /// Probes done.
    public var done: Int
    /// Probes in all.
    public var total: Int
    /// Pieces of text decoded since the run began.
    public var pieces: Int
  }

  /// Runs a suite's probes with the foundation and, beside it, the adapter in use (not with `foundationOnly`): all rows of
  /// a batch are decoded together, and the foundation's replies once and for all. Replies are greedy.
  ///
  /// Where `shouldStop` ended it, the run holds the probes that were done. What was found is kept in the session.
  public func probe(
    _ suite: PromptSuite, foundationOnly: Bool = false, shouldStop: () -> Bool = { false },
    progress: (ProbeProgress) -> Void = { _ in }
  ) throws -> ProbeRun {
    let weights = foundationOnly ? nil : try currentWeights()
    var run = try probe(suite, by: weights, shouldStop: shouldStop, progress: progress)
    if weights != nil { run.burst = session.current }
    if run.outcomes.count == run.total {
      session.probes.note(
        ProbeRecord(run, strength: weights == nil ? nil : session.state.strength, made: now()))
      persist()
    }
    return run
  }

  /// The same with weights that are no burst's, such as an adapter from a folder; nothing is kept.
  public func probe(
    _ suite: PromptSuite, by weights: (any TunedWeights)?, shouldStop: () -> Bool = { false },
    progress: (ProbeProgress) -> Void = { _ in }
  ) throws -> ProbeRun {
    var run = ProbeRun(
      suite: suite.name, total: suite.probes.count, badLines: suite.bad.count,
      isTuned: weights != nil)
    try ask(
      suite.probes, weights, asksFoundation: true, shouldStop: shouldStop, progress: progress
    ) { probe, before, after in
      guard let before, weights == nil || after != nil else { return }
      run.outcomes.append(ProbeRun.Outcome(probe: probe, before: before, after: after))
    }
    return run
  }

  /// How a suite's probes go with weights on their way, such as a burst's after some steps: one batch of the adapter's
  /// rows, as the foundation's replies, where one must be unchanged, are decoded once. nil where `shouldStop` ended it.
  public func verdicts(
    _ suite: PromptSuite, of weights: any TunedWeights, shouldStop: () -> Bool = { false }
  ) throws -> [Verdict]? {
    var verdicts: [Verdict] = []
    try ask(suite.probes, weights, asksFoundation: false, shouldStop: shouldStop) { _, _, after in
      if let after { verdicts.append(after) }
    }
    return verdicts.count == suite.probes.count ? verdicts : nil
  }

  /// Asks all `probes`, a batch at a time, and hands over the verdicts that there are.
  private func ask(
    _ probes: [Probe], _ weights: (any TunedWeights)?, asksFoundation: Bool,
    shouldStop: () -> Bool, progress: (ProbeProgress) -> Void = { _ in },
    _ take: (Probe, _ before: Verdict?, _ after: Verdict?) -> Void
  ) throws {
    try withoutActuallyEscaping(shouldStop) { shouldStop in
      try withoutActuallyEscaping(progress) { progress in
        var told = ProbeProgress(done: 0, total: probes.count, pieces: 0)
        // Whoever is asked may answer yes only once.
        var isStopped = false
        let prober = Prober(
          model: model, weights: weights, strength: session.state.strength,
          asksFoundation: asksFoundation, system: session.system,
          maxTokens: session.sampling.maxTokens,
          shouldStop: {
            isStopped = isStopped || shouldStop()
            return isStopped
          },
          onText: {
            told.pieces += 1
            progress(told)
          })
        while told.done < probes.count, !isStopped {
          var cases = prober.batch(probes, from: told.done, known: foundationReplies)
          let isWhole = try prober.ask(&cases, known: &foundationReplies)
          for one in cases {
            take(
              one.probe, prober.verdict(one, tuned: false),
              weights == nil ? nil : prober.verdict(one, tuned: true))
          }
          guard isWhole else { return }
          told.done += cases.count
          progress(told)
        }
      }
    }
  }
}
