package import Engine

/// Looks after a burst while it runs: measures what its rules are about, says when it is over, and holds the state worth
/// keeping. What it decides is kept in the burst, so that a replay need not decide again.
package struct BurstWatch {
  /// What a burst is watched by.
  package struct Means {
    var model: any TunableModel
    /// Examples held out, as training items, and which they are.
    var held: [TrainingItem]
    var heldIDs: IDList
    /// Whether all probes pass on an adapter; nil where there are none.
    var probesPass: ProbeCheck?
    /// Tokens of the examples learnt from, and how many examples that is.
    var tokens: Int
    var examples: Int
    var batchSize: Int

    package init(
      model: any TunableModel, learnt: [TrainingItem], batchSize: Int, held: [TrainingItem],
      heldIDs: IDList, probesPass: ProbeCheck? = nil
    ) {
      self.model = model
      self.held = held
      self.heldIDs = heldIDs
      self.probesPass = probesPass
      tokens = learnt.reduce(0) { $0 + $1.tokenCount }
      examples = learnt.count
      self.batchSize = min(batchSize, max(1, learnt.count))
    }

    var stepsPerEpoch: Int { max(1, (examples + batchSize - 1) / max(1, batchSize)) }
  }

  private struct Kept {
    var step: Int
    var weights: any TunedWeights
    var loss: Double?
  }

  private let rules: StopRules
  private let means: Means
  private let heldGap: Int
  private let mostSteps: Int?
  private var kept: Kept?
  private var lossesSince = 0
  private var drift: Double
  private var nextDrift = 1
  /// What ended the burst.
  package private(set) var endedBy: StopCondition?
  /// How the examples held out did.
  package private(set) var held: HeldOut?

  /// Held-out losses without a new best after which there is a plateau.
  private static let patience = 4
  /// How much better is better, in nats.
  private static let least = 0.002
  /// Steps from one look at the probes to the next.
  private static let probeGap = 4

  /// A watch over a burst from an adapter that drifts by `drift` already.
  package init(_ rules: StopRules?, _ means: Means, drift: Double) {
    self.rules = rules ?? StopRules([])
    self.means = means
    self.drift = drift
    held = means.held.isEmpty ? nil : HeldOut(means.heldIDs)
    // Scoring costs a third of learning; it is to take no more time than that.
    let step = means.tokens * means.batchSize / max(1, means.examples) * 3
    let heldTokens = means.held.reduce(0) { $0 + $1.tokens.count }
    heldGap = min(8, max(1, heldTokens / max(1, step)))
    mostSteps = self.rules.mostSteps(stepsPerEpoch: means.stepsPerEpoch)
  }

  /// Scores the examples held out before the first step; false where `shouldStop` answered yes.
  package mutating func begin(_ start: any TunedWeights, shouldStop: () -> Bool) throws -> Bool {
    guard held != nil else { return true }
    guard let loss = try heldLoss(start, shouldStop) else { return false }
    held?.note(loss, after: 0)
    return true
  }

  /// Looks at the burst after its last step, with the losses of all and the seconds they took.
  package mutating func look(
    at run: any TuningRun, losses: [Double], seconds: Double, shouldStop: () -> Bool
  ) throws {
    let step = losses.count
    var state: (any TunedWeights)?
    func snapshot() -> any TunedWeights {
      let weights = state ?? run.snapshot()
      state = weights
      return weights
    }
    endedBy = rules.conditions.first { holds($0, losses, seconds) }
    let isLast = run.isFinished || endedBy != nil
    let asksProbes = rules.contains(.probes) && (isLast || step.isMultiple(of: Self.probeGap))
    // Before anything is kept: what goes beyond the limit is not to be.
    if let limit = rules.driftLimit {
      guard isLast || asksProbes || step >= nextDrift else { return }
      guard let found = try means.model.drift(of: snapshot(), shouldStop: shouldStop)?.mean else {
        return
      }
      guard found <= limit else {
        endedBy = .drift(limit)
        return
      }
      drift = found
      nextDrift = step + (drift > limit / 4 ? 1 : 2)
      if held == nil { kept = Kept(step: step, weights: snapshot()) }
    }
    if asksProbes, try means.probesPass?(snapshot(), shouldStop) == true {
      endedBy = .probes
      kept = Kept(step: step, weights: snapshot())
      return
    }
    guard held != nil, isLast || step.isMultiple(of: heldGap) else { return }
    guard let loss = try heldLoss(snapshot(), shouldStop) else { return }
    held?.note(loss, after: step)
    if loss < kept?.loss ?? .infinity {
      lossesSince = (kept?.loss ?? .infinity) - loss < Self.least ? lossesSince + 1 : 0
      kept = Kept(step: step, weights: snapshot(), loss: loss)
    } else {
      lossesSince += 1
    }
    if endedBy == nil { endedBy = rules.conditions.first { holdsOfHeld($0, loss) } }
  }

  /// The step and state to keep; nil where that is the last, and step 0 where not even the first may be.
  package var choice: (step: Int, weights: (any TunedWeights)?)? {
    if let kept { return (kept.step, kept.weights) }
    if case .drift = endedBy { return (0, nil) }
    return nil
  }

  private func holds(_ condition: StopCondition, _ losses: [Double], _ seconds: Double) -> Bool {
    switch condition {
    case .steps, .epochs: return mostSteps.map { losses.count >= $0 } ?? false
    case .seconds(let limit): return seconds >= limit
    case .loss(let limit):
      let last = losses.suffix(means.stepsPerEpoch)
      return last.count == means.stepsPerEpoch && mean(last) < limit
    case .plateau:
      guard held == nil else { return false }
      // Two stretches of whole epochs, so that the same examples are compared.
      let epochs = (Self.patience + means.stepsPerEpoch - 1) / means.stepsPerEpoch
      let stretch = epochs * means.stepsPerEpoch
      guard losses.count >= 2 * stretch else { return false }
      return mean(losses.suffix(stretch)) > 0.99 * mean(losses.dropLast(stretch).suffix(stretch))
    case .held, .drift, .probes: return false
    }
  }

  private func holdsOfHeld(_ condition: StopCondition, _ loss: Double) -> Bool {
    switch condition {
    case .held(let limit): loss < limit
    case .plateau: lossesSince >= Self.patience
    default: false
    }
  }

  private func heldLoss(_ weights: any TunedWeights, _ shouldStop: () -> Bool) throws -> Double? {
    var stopped = false
    let nats = try means.model.score(means.held, weights: weights, strength: 1) { _ in
      stopped = shouldStop()
      return !stopped
    }
    let count = nats.reduce(0) { $0 + $1.count }
    guard !stopped, count > 0 else { return nil }
    return nats.reduce(0.0) { $0 + $1.reduce(0.0) { $0 + Double($1) } } / Double(count)
  }

  private func mean(_ losses: some Collection<Double>) -> Double {
    losses.reduce(0, +) / Double(max(1, losses.count))
  }
}

/// Says whether all probes pass on an adapter; nil where it was told to stop.
public typealias ProbeCheck = (_ weights: any TunedWeights, _ shouldStop: () -> Bool) throws ->
  Bool?
