public import Engine

/// Why the workbench refuses something.
public enum WorkbenchError: Error, Equatable {
  /// There is nothing to tune on.
  case noExamples
  /// An example cannot be used.
  case example(Int, ItemError)
  /// A new example cannot be used.
  case newExample(ItemError)
  /// A prompt cannot be used.
  case prompt(ItemError)
  /// No such example, or it is removed.
  case noSuchExample(Int, last: Int)
  /// No such burst.
  case noSuchBurst(Int, last: Int)
  /// A name that a burst cannot have.
  case badName(String)
  /// A blend names no burst, or one twice.
  case blendsItself
  /// No burst of that name.
  case noBurstNamed(String, names: [String])
  /// No such turn.
  case noSuchTurn(Int)
  /// There is no reply yet.
  case noReply
  /// Nothing to undo.
  case nothingToUndo
  /// Nothing to redo.
  case nothingToRedo
  /// No adapter: the foundation is current.
  case noAdapter
  /// All examples are held out of training.
  case allHeld(IDList)
  /// A burst was to look at held-out examples, and there are none.
  case nothingHeld
  /// A burst was to run until the probes pass, and there are none.
  case noProbes
  /// The adapter in use drifts further than a burst may.
  case driftsAlready(Double, limit: Double)
  /// Even the first steps went beyond the drift allowed.
  case driftsAtOnce(Double)
  /// A burst goes on with its parent's adapter, so these settings cannot differ from it.
  case recipeContradicts(setting: String, adapter: String, recipe: String)
  /// A setting is outside its range.
  case outOfRange(setting: String, value: String, range: String)
  /// The session's bursts belong to another model.
  case otherModel(session: ModelIdentity, loaded: ModelIdentity)
}

extension WorkbenchError: CustomStringConvertible {
  /// One or two sentences: what happened, and what to do next.
  public var description: String {
    switch self {
    case .noExamples:
      "There are no examples to tune on. `/add \"prompt\" => \"reply\"`, `/fix` or `/import FILE` "
        + "makes some."
    case .example(let id, let error):
      "Example \(id) cannot be used: \(error) `/edit \(id)` changes it, `/rm \(id)` removes it."
    case .newExample(let error):
      "The example was not added: \(error)"
    case .prompt(let error):
      "The prompt cannot be answered: \(error)"
    case .noSuchExample(let id, let last):
      last == 0
        ? "There is no example \(id): there are none yet."
        : "There is no example \(id). `/examples` lists those there are."
    case .noSuchBurst(let id, let last):
      last == 0
        ? "There is no burst \(id): none was run yet."
        : "There is no burst \(id): they run from 1 to \(last). `/history` shows them."
    case .badName(let name):
      "A burst cannot be called \(name): a name is a letter, then letters, digits, -, _ and ., 40 at most."
    case .blendsItself:
      "A blend takes bursts, each once, such as `/blend @3 0.7 @7 0.3`; the foundation adds nothing."
    case .noBurstNamed(let name, let names):
      "No burst is called \(name). "
        + (names.isEmpty
          ? "`/branch NAME` gives the burst in use a name."
          : "Names in use: " + names.map { "@\($0)" }.joined(separator: ", ") + ".")
    case .noSuchTurn(let id):
      "There is no reply \(id) among those that are kept. `/turns` lists them."
    case .noReply:
      "There is no reply yet. Ask something first."
    case .nothingToUndo:
      "There is nothing to undo."
    case .nothingToRedo:
      "There is nothing to redo: the last change was not an undo."
    case .noAdapter:
      "There is no adapter: the foundation is current. `/tune` makes one, `/checkout` goes to one."
    case .allHeld(let held):
      "All examples (\(held)) are held out of training. `/hold none` gives them back, `/add` makes more."
    case .nothingHeld:
      "No example is held out, so there is no held-out loss to wait for. `/hold 3,5` holds some."
    case .noProbes:
      "No probes are chosen, so there is nothing to wait for. `/set probes NAME` chooses a suite; "
        + "`/tune until plateau` ends without one."
    case .driftsAlready(let drift, let limit):
      "The adapter in use drifts by \(drift.rounded3) already, more than \(limit). "
        + "Allow more, or `/undo` or `/checkout` to one that drifts less."
    case .driftsAtOnce(let limit):
      "Even the first step drifted beyond \(limit), so nothing was kept. "
        + "Allow more, or take a lower learning-rate or a higher kl."
    case .recipeContradicts(let setting, let adapter, let recipe):
      "The current adapter has \(setting) \(adapter), and a burst that goes on with it cannot have "
        + "\(recipe). Set it back, or `/checkout 0` to start from the foundation."
    case .outOfRange(let setting, let value, let range):
      "\(setting) cannot be \(value): it goes \(range)."
    case .otherModel(let session, let loaded):
      "The session's bursts were made on \(session.path) (SHA-256 \(session.sha256.prefix(12))…), "
        + "not on \(loaded.path) (\(loaded.sha256.prefix(12))…). "
        + "Start with that model, or begin a new session."
    }
  }
}

extension Double {
  /// With three digits after the point.
  fileprivate var rounded3: Double { (self * 1000).rounded() / 1000 }
}
