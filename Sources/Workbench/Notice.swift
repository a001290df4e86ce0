/// Something a person should be told that is not an error of the command at hand.
public enum Notice: Sendable, Equatable, CustomStringConvertible {
  /// The model has no chat template: it continues raw text.
  case continuesRawText
  /// The conversation outgrew the context; its oldest turns were left out.
  case droppedTurns(Int)
  /// The change stands in memory but could not be written; it is tried again at the next change.
  case notSaved(SessionError)
  /// A burst whose process died was brought back from its checkpoint.
  case recoveredBurst(Int, steps: Int)
  /// Examples that are stored but not trained were left out of a burst.
  case leftOut(Int)
  /// Steps were skipped because loss or gradient was not finite.
  case skippedSteps(Int)
  /// The session is autosaved here.
  case scratch(path: String)
  /// The session is kept in memory only.
  case memoryOnly(reason: String)
  /// The session was opened for reading only.
  case readOnly(path: String)
  /// The session came from an older version of Attune.
  case migrated(from: Int)
  /// The session was made with another model, but has no burst yet, so it goes on with this one.
  case otherModel(String)

  /// Whether a script should stop for it.
  public var isFailure: Bool {
    if case .notSaved = self { true } else { false }
  }
  public var description: String { fatalError("unfinished") }
}
