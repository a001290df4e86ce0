import Engine
import Workbench

extension Command {
  static let tune = Command(
    name: "tune",
    arguments: "[STEPS | N epochs | N seconds] [until CONDITION [or …]] [SETTING=VALUE …]",
    summary: "Learn from the examples for some steps.",
    details: """
      Conditions: loss<0.4, held<2.9 (see /hold), drift<=0.05, 20s, 20 steps, 3 epochs, probes pass, plateau; the \
      first that holds ends the burst, and so does a plateau. With examples held out, the state with their least \
      loss is kept. drift<=0.05 works without until too: the last state within it is kept.
      Where no more than a batch of examples changed since the burst in use, as few steps as those need are taken, \
      at twice the rate, with others replayed so that they are kept.
      Ctrl-C stops after the step at hand and keeps what was learnt; /undo takes the burst back. Settings hold for \
      this burst; /set changes them for good.
      Defaults: steps, learning-rate and kl are chosen from model and examples, and said; the others are as /set has \
      them.
      Example: /tune 40 learning-rate=3e-4   or   /tune until loss<0.4 or 20s
      """,
    group: .tuning, completes: .tuning
  ) { words, console in
    let wanted = try TuneWords(words, console.workbench.session)
    var tokens = 0
    let output = console.output
    var reportError: (any Error)?
    defer { output.endProgress() }
    let tell = { (progress: Workbench.Progress) in
      tokens += progress.report.tokens
      if output.isJSON {
        do { try output.json(progress.report) } catch { reportError = error }
      }
      output.progress(Progress(progress, tokens: tokens))
    }
    let workbench = console.workbench
    let burst: Burst?
    if wanted.isOpen, workbench.correctable != nil {
      burst = try workbench.correct(
        recipe: wanted.values.recipe, shouldStop: { Interrupt.take() }, report: tell)
    } else {
      let plan = workbench.plan(
        wanted.length, until: wanted.until, recipe: wanted.values.recipe,
        automatic: wanted.values.automatic)
      console.tell(plan)
      if workbench.session.current == nil {
        for conflict in workbench.readiness.conflicts { console.warn(of: conflict) }
      }
      burst = try workbench.tune(
        plan, shouldStop: { Interrupt.take() }, report: tell,
        probesPass: plan.until?.contains(.probes) == true ? try console.probeCheck() : nil)
    }
    output.endProgress()
    if let reportError { throw reportError }
    guard let burst else {
      output.note("Stopped before the first step was done; nothing was changed.")
      return .prompt
    }
    try console.tell(burst)
    try console.probeAfterBurst()
    return .prompt
  }
}

extension Burst {
  /// What ended it, as a sentence.
  fileprivate func words(for reason: StopCondition) -> String {
    switch reason {
    case .plateau where held != nil: "Ended on a plateau: the held-out loss no longer falls."
    case .plateau: "Ended on a plateau: the loss no longer falls."
    case .drift(let limit):
      "Braked: the next step drifted beyond \(limit). The last state within it is kept."
    case .probes: "Ended as all probes pass."
    default: "Ended by \(reason)."
    }
  }
}

extension Console {
  /// Asks the suite of probes that is run after bursts, where one is chosen.
  fileprivate func probeCheck() throws -> ProbeCheck? {
    guard let name = workbench.session.state.probes else { return nil }
    let (suite, workbench) = (try probes(name), workbench)
    return { weights, shouldStop in
      try workbench.verdicts(suite, of: weights, shouldStop: shouldStop)
        .map { $0.allSatisfy(\.passes) }
    }
  }

  /// Warns of examples that contradict each other.
  fileprivate func warn(of conflict: IDList) {
    output.note(
      "Examples \(conflict) answer the same prompt differently; a burst learns their mix.")
  }
}

extension Progress {
  /// A burst's progress, `tokens` done in all.
  fileprivate init(_ progress: Workbench.Progress, tokens: Int) {
    // A rate measured over less than this is noise.
    let isMeasured = progress.elapsed >= 0.5
    let left = progress.plannedSteps.map {
      progress.elapsed / Double(max(1, progress.losses.count))
        * Double(max(0, $0 - progress.losses.count))
    }
    self.init(
      step: progress.losses.count, total: progress.plannedSteps,
      losses: progress.losses, standing: progress.report.judged.map(\.standing),
      heldLoss: progress.heldLoss,
      tokensPerSecond: isMeasured ? Double(tokens) / progress.elapsed : nil,
      secondsLeft: isMeasured ? left : nil)
  }
}

extension Console {
  /// Says how a burst will run, where something of it was chosen or is worth knowing before.
  fileprivate func tell(_ plan: BurstPlan) {
    guard plan.examples > 0 else { return }
    var parts: [String] = []
    if plan.isLengthChosen, let steps = plan.steps {
      parts.append((plan.until == nil ? "" : "at most ") + counted(steps, "step"))
    }
    for setting in plan.chosen {
      switch setting {
      case .learningRate: parts.append("learning-rate \(plan.recipe.learningRate)")
      case .klWeight:
        parts.append("kl \(plan.recipe.klWeight.map { fixed(Double($0), places: 0) } ?? "none")")
      }
    }
    guard !parts.isEmpty else { return }
    var text = parts.joined(separator: ", ") + ": chosen for \(counted(plan.examples, "example"))"
    if let rules = plan.until { text += "; until \(rules)" }
    if let seconds = plan.seconds { text += "; about \(duration(seconds))" }
    output.note(text)
  }

  /// Says how a burst went.
  fileprivate func tell(_ burst: Burst) throws {
    let keeps = burst.keptStep.map { ", kept step \($0) of \(burst.steps)" } ?? ""
    let rate = burst.seconds > 0 ? Double(burst.tokens) / burst.seconds : 0
    let report = BurstReport(
      burst: burst.id, parent: burst.parent, steps: burst.steps, ending: burst.ending.rawValue,
      firstLoss: burst.losses.first, lastLoss: burst.losses.last, keptLoss: burst.keptLoss,
      seconds: burst.seconds,
      tokensPerSecond: rate, correction: burst.correction, judged: burst.judged,
      skipped: burst.skipped,
      drift: burst.drift, driftP95: burst.driftP95, keptStep: burst.keptStep,
      heldLoss: burst.heldLoss, endedBy: burst.endedBy?.description,
      learningRate: burst.recipe.learningRate, kl: burst.recipe.klWeight,
      deltaNorm: burst.deltaNorm, adapter: burst.hash)
    try output.answer(report) {
      let what =
        burst.correction.map { " for \($0.count == 1 ? "example" : "examples") \($0)" } ?? ""
      var text = "burst \(burst.id)\(what): loss \(burst.lossText) in \(burst.summary)"
      if burst.seconds >= 0.5 { text += ", \(short(rate)) tok/s" }
      text += keeps
      if let loss = burst.heldLoss { text += ", held-out \(fixed(loss, places: 3))" }
      if let drift = burst.driftText { text += ", drift \(drift)" }
      if let judged = burst.judged { text += ", \(judged.standing)" }
      output.prose(text)
    }
    if let reason = burst.endedBy { output.note(burst.words(for: reason)) }
    if let before = burst.held?.loss(after: 0), let after = burst.heldLoss, after >= before {
      output.note(
        "The held-out loss did not fall: \(fixed(before, places: 3)) before. "
          + "`/undo` takes the burst back.")
    }
    if burst.ending == .stopped {
      output.note("Stopped; what was learnt is kept. `/undo` takes it back.")
    }
  }
}

private struct BurstReport: Encodable {
  var burst: Int
  var parent: Int?
  var steps: Int
  var ending: String
  var firstLoss: Double?
  var lastLoss: Double?
  var keptLoss: Double?
  var seconds: Double
  var tokensPerSecond: Double
  var correction: IDList?
  var judged: JudgedReport?
  var skipped: Int
  var drift: Double?
  var driftP95: Double?
  var keptStep: Int?
  var heldLoss: Double?
  var endedBy: String?
  var learningRate: Float
  var kl: Float?
  var deltaNorm: Double
  var adapter: String
}
