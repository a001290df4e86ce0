/// Something a person should be told that is not an error of the command at hand.
public enum Notice: Sendable, Equatable {
  /// The model has no chat template: it continues raw text.
  case continuesRawText
  /// The conversation outgrew the context; so many of its oldest turns were left out.
  case droppedTurns(Int)
  /// The change stands in memory but could not be written; it is tried again at the next change.
  case notSaved(SessionError)
  /// A burst whose process died was brought back from its checkpoint.
  case recoveredBurst(Int, steps: Int)
  /// Steps were skipped because loss or gradient was not finite.
  case skippedSteps(Int)
  /// The optimiser state of this burst is not on disk, so the burst that goes on from it started a fresh one.
  case freshOptimiser(of: Int)
  /// The session is autosaved here.
  case scratch(path: String)
  /// The session is kept in memory only.
  case memoryOnly(reason: String)
  /// The session was opened for reading only.
  case readOnly(path: String)
  /// The session came from an older version of Attune.
  case migrated(from: Int)
  /// The session was made with this other model, but has no burst yet, so it goes on with the one loaded.
  case otherModel(String)

  /// Whether a script should stop for it.
  public var isFailure: Bool {
    if case .notSaved = self { true } else { false }
  }
}

extension Notice: CustomStringConvertible {
  /// A sentence or two for a person.
  public var description: String {
    switch self {
    case .continuesRawText:
      "This model has no chat template, so it continues your text rather than answering it."
    case .droppedTurns(let count):
      "The conversation no longer fits the model's context: "
        + "\(count == 1 ? "its oldest turn was" : "its \(count) oldest turns were") left out. "
        + "`/chat on` starts a new one."
    case .notSaved(let error):
      error.description
    case .recoveredBurst(let id, let steps):
      "Burst \(id) was cut off; what it had learnt by step \(steps) was brought back. "
        + "`/undo` takes it back."
    case .skippedSteps(let count):
      (count == 1 ? "1 step was" : "\(count) steps were")
        + " skipped, as the loss or the gradient was not a finite number. "
        + "Try a lower learning rate."
    case .freshOptimiser(let burst):
      "The optimiser state of burst \(burst) is not on disk, so this burst started a fresh one."
    case .scratch(let path):
      "This session has no name yet and is kept in \(path). `/save NAME` names it."
    case .memoryOnly(let reason):
      "This session is kept in memory only: \(reason). `/save NAME` writes it elsewhere."
    case .readOnly(let path):
      "\(path) is open for reading only: replies and comparisons work, changes are refused. "
        + "`/save NAME` makes a copy that can be changed."
    case .migrated(let version):
      "This session was written in the older format \(version); "
        + "the next change writes it in format \(Session.version)."
    case .otherModel(let model):
      "This session was made with \(model); it has no burst yet, so it goes on with the model loaded."
    }
  }
}
