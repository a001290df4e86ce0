import Engine
import Shell
import Workbench

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What `tune` says while it works: JSON Lines for programs on standard output, one live line for people on standard
/// error.
final class TuningReport {
  private let json: Bool
  private let plannedSteps: Int?
  private let plannedSeconds: Double?
  private let screen: Output
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var losses: [Double] = []
  private var judged: JudgedReport?
  private var heldLoss: Double?
  private var tokens = 0

  /// For a run of that many steps, or of that many seconds.
  init(json: Bool, plannedSteps: Int?, plannedSeconds: Double?) {
    self.json = json
    self.plannedSteps = plannedSteps
    self.plannedSeconds = plannedSeconds
    screen = makeScreen(on: STDERR_FILENO)
    start = clock.now
  }

  private var seconds: Double { (clock.now - start) / .seconds(1) }

  /// Says what is trained.
  func begin(_ adapter: Adapter, _ model: Model) {
    guard !json else { return }
    let configuration = adapter.configuration
    let targets = configuration.targets.map(\.rawValue).joined(separator: ",")
    screen.note(
      "Training \(adapter.parameterCount) numbers: rank \(configuration.rank), alpha \(configuration.alpha), "
        + "\(targets) of \(configuration.layers.count) of \(model.configuration.layers) layers.")
  }

  /// Says what a step did.
  func step(_ step: StepReport, heldLoss: Double? = nil) throws {
    if let heldLoss { self.heldLoss = heldLoss }
    losses.append(step.loss)
    judged = step.judged ?? judged
    tokens += step.tokens
    if json {
      var pairs: JSONObject = [
        "step": .integer(step.step), "loss": .number(step.loss),
        "gradient_norm": .number(step.gradientNorm),
        "learning_rate": .number(Float(step.learningRate)), "tokens": .integer(step.tokens),
        "seconds": .rounded(step.seconds, places: 4),
      ]
      if let judged = step.judged {
        pairs["judged"] = .object([
          "count": .integer(judged.count), "won": .integer(judged.won),
          "margin": .number(judged.margin),
        ])
      }
      if let heldLoss { pairs["held_loss"] = .number(heldLoss) }
      if step.skipped { pairs["skipped"] = .bool(true) }
      try StandardOutput.line(.object(pairs))
      // With both on one screen, the live line would be drawn into the JSON.
      if StandardOutput.isTerminal || !StandardError.isTerminal { return }
    }
    if step.skipped {
      screen.note("Step \(step.step) was skipped: its loss or gradient is not finite.")
    }
    showProgress()
  }

  private func showProgress() {
    let done = losses.count
    let elapsed = seconds
    let left =
      plannedSteps.map { Double($0 - done) * elapsed / Double(done) }
      ?? plannedSeconds.map { max(0, $0 - elapsed) }
    let likely = Double(done) + (left ?? 0) * Double(done) / elapsed
    screen.progress(
      Progress(
        step: done, total: plannedSteps ?? max(done, Int(min(likely, 1e9))), losses: losses,
        standing: judged?.standing, heldLoss: heldLoss, tokensPerSecond: Double(tokens) / elapsed,
        secondsLeft: left))
  }

  /// Wipes the live line.
  func endProgress() { screen.endProgress() }

  /// Says how the whole went.
  func end(
    adapter: String, steps: Int, keptStep: Int?, heldLoss: Double?, endedBy: StopCondition?
  ) throws {
    let seconds = seconds
    let rate = Double(tokens) / seconds
    guard json else {
      let first = losses.first ?? .nan
      let last = losses.last ?? .nan
      let keeps = keptStep.map { $0 == steps ? "" : ", kept step \($0)" } ?? ""
      let held = heldLoss.map { ", held-out \(fixed($0, places: 3))" } ?? ""
      let end = endedBy.map { ", ended by \($0)" } ?? ""
      return try StandardOutput.line(
        "\(adapter): \(steps) steps in \(duration(seconds)), loss \(fixed(first, places: 3)) to "
          + "\(fixed(last, places: 3))\(keeps)\(held)\(end), \(short(rate)) tokens/s, "
          + "peak \(peakMemoryMiB()) MiB" + (judged.map { ", \($0.standing)" } ?? ""))
    }
    var pairs: JSONObject = [
      "adapter": .string(adapter), "steps": .integer(steps),
      "seconds": .rounded(seconds, places: 3), "tokens_per_second": .rounded(rate, places: 1),
      "peak_mib": .integer(peakMemoryMiB()),
    ]
    if let keptStep { pairs["kept_step"] = .integer(keptStep) }
    if let heldLoss { pairs["held_loss"] = .number(heldLoss) }
    if let endedBy { pairs["ended_by"] = .string("\(endedBy)") }
    try StandardOutput.line(.object(pairs))
  }
}
