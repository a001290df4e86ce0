public import Engine
public import Workbench

/// Shows a replay: a line for each part as it comes out, then what all of them come to.
public struct ReplayView {
  private let output: Output
  private let replay: Replay
  private var counts: [Replay.Verdict: Int] = [:]
  private var omissions: [Replay.Omission: Int] = [:]
  private var largestDifference = 0.0
  private let kernels: KernelPath

  /// A view of `replay`, which runs along `kernels`.
  public init(_ replay: Replay, kernels: KernelPath, on output: Output) {
    self.replay = replay
    self.kernels = kernels
    self.output = output
  }

  /// Whether anything is not what the session says.
  public var hasDrifted: Bool { counts[.differs] != nil }

  /// Shows one outcome; `seconds`: how long it took.
  public mutating func show(_ outcome: Replay.Outcome, seconds: Double) throws {
    if case .leftOut(let omission) = outcome.verdict {
      omissions[omission, default: 0] += 1
    } else {
      counts[outcome.verdict, default: 0] += 1
    }
    if outcome.verdict == .near, let tuning = outcome.tuning {
      largestDifference = max(largestDifference, tuning.largestDifference)
    }
    try output.answer(PartReport(outcome, in: replay.session, seconds: seconds)) {
      let style: Style? =
        switch outcome.verdict {
        case .same: nil
        case .near: .warning
        case .differs: .bad
        case .leftOut: .faint
        }
      output.prose(line(outcome, seconds: seconds), style)
    }
  }

  /// Shows how all of it came out.
  public func conclude() throws {
    let done = (counts.values.reduce(0, +), omissions.values.reduce(0, +))
    let summary = ReplaySummary(
      kernels: kernels.rawValue, parts: replay.parts.count, same: counts[.same] ?? 0,
      near: counts[.near] ?? 0, different: counts[.differs] ?? 0, leftOut: done.1,
      tolerance: Replay.tolerance, largestDifference: largestDifference)
    try output.answer(summary) {
      for (omission, count) in omissions.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        output.prose("Left out: \(counted(count, "part")), as \(omission.reason).")
      }
      output.prose(verdict(checked: done.0), hasDrifted ? .bad : .strong)
    }
    let missing = replay.parts.count - done.0 - done.1
    if missing > 0 { output.note("(stopped, with \(missing) of \(replay.parts.count) left)") }
  }

  private func verdict(checked: Int) -> String {
    if checked == 0 { return "Nothing was compared." }
    let same = counts[.same] ?? 0
    if same == checked { return "\(same) of \(checked) the same, to the byte." }
    var text = "\(same) of \(checked) the same, to the byte"
    if let near = counts[.near] {
      text +=
        "; \(near) made by other kernels than \(kernelName), with losses at most "
        + "\(percent(largestDifference)) off (tolerance \(percent(Replay.tolerance)))"
    }
    if let different = counts[.differs] { text += "; \(different) not what the session says" }
    return text + "."
  }

  private var kernelName: String { sanitisedLine(kernels.rawValue) }

  private func line(_ outcome: Replay.Outcome, seconds: Double) -> String {
    let session = replay.session
    var text: String
    switch outcome.part {
    case .burst(let id):
      text = "burst \(id)  "
      let losses = outcome.tuning?.losses ?? []
      if session.burst(id)?.blend != nil { text += "a blend" }
      if let first = losses.first, let last = losses.last {
        text +=
          "\(counted(losses.count, "step")) in \(duration(seconds)), loss "
          + "\(fixed(first, places: 3)) to \(fixed(last, places: 3))"
      }
    case .comparison(let id):
      text = "comparison \(id)  " + title(session.comparisons.first { $0.id == id }?.prompt)
    case .turn(let id):
      text = "reply \(id)  " + title(session.turns.first { $0.id == id }?.prompt)
    }
    return text + ": " + words(outcome)
  }

  private func title(_ prompt: String?) -> String {
    "“\(truncated(sanitisedLine(prompt ?? ""), to: 40))”"
  }

  private func words(_ outcome: Replay.Outcome) -> String {
    switch outcome.verdict {
    case .same: return "same"
    case .leftOut(let omission): return "left out, as \(omission.reason)"
    case .near:
      let difference = outcome.tuning.map { percent($0.largestDifference) } ?? ""
      return "made by other kernels; losses at most \(difference) off"
    case .differs:
      guard let tuning = outcome.tuning else { return "differs" }
      guard let step = tuning.firstDifference else {
        return "differs: the losses are the same, the adapter is not"
      }
      guard case .burst(let id) = outcome.part, let burst = replay.session.burst(id),
        burst.losses.indices.contains(step - 1), tuning.losses.indices.contains(step - 1)
      else { return "differs: it ended before step \(step)" }
      return "differs from step \(step) on, whose loss was \(burst.losses[step - 1]) "
        + "and is \(tuning.losses[step - 1])"
    }
  }

  private func percent(_ share: Double) -> String { "\(fixed(share * 100, places: 4)) %" }
}

extension Replay.Omission {
  /// What follows "left out, as".
  var reason: String {
    switch self {
    case .notRecorded: "the session does not say how it was drawn"
    case .conversationGone: "the turns before it are not all kept"
    case .burstGone: "its burst is not in the session"
    case .cutOff: "it was stopped before there was a word"
    case .otherKernels: "other kernels made it, whose last digits are others"
    }
  }
}

/// An outcome, as JSON.
private struct PartReport: Encodable {
  var burst: Int?
  var comparison: Int?
  var turn: Int?
  var verdict: String
  var reason: String?
  var steps: Int?
  var seconds: Double
  var firstLoss: Double?
  var lastLoss: Double?
  var hash: String?
  var kernels: String?
  var firstDifference: Int?
  var largestDifference: Double?

  init(_ outcome: Replay.Outcome, in session: Session, seconds: Double) {
    switch outcome.part {
    case .burst(let id):
      burst = id
      kernels = session.burst(id)?.kernels?.rawValue
    case .comparison(let id):
      comparison = id
      kernels = session.comparisons.first { $0.id == id }?.kernels?.rawValue
    case .turn(let id):
      turn = id
      kernels = session.turns.first { $0.id == id }?.drawn?.kernels.rawValue
    }
    self.seconds = (seconds * 1000).rounded() / 1000
    verdict = outcome.verdict.name
    if case .leftOut(let omission) = outcome.verdict { reason = omission.reason }
    guard let tuning = outcome.tuning else { return }
    steps = tuning.losses.count
    firstLoss = tuning.losses.first
    lastLoss = tuning.losses.last
    hash = tuning.hash
    firstDifference = tuning.firstDifference
    largestDifference = tuning.largestDifference
  }
}

/// The counts of a replay, as JSON.
private struct ReplaySummary: Encodable {
  var kernels: String
  var parts: Int
  var same: Int
  var near: Int
  var different: Int
  var leftOut: Int
  var tolerance: Double
  var largestDifference: Double
}

extension Replay.Verdict {
  fileprivate var name: String {
    switch self {
    case .same: "same"
    case .near: "near"
    case .differs: "differs"
    case .leftOut: "left out"
    }
  }
}
