public import Engine

/// Why the workbench refuses something.
public enum WorkbenchError: Error, Equatable, CustomStringConvertible {
  /// There is nothing to tune on.
  case noExamples
  /// All examples are of kinds that are stored only.
  case noTrainableExamples(stored: Int)
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
  /// A burst goes on with its parent's adapter, so these settings cannot differ from it.
  case recipeContradicts(setting: String, adapter: String, recipe: String)
  /// A setting is outside its range.
  case outOfRange(setting: String, value: String, range: String)
  /// The session's bursts belong to another model.
  case otherModel(session: ModelIdentity, loaded: ModelIdentity)
  public var description: String { fatalError("unfinished") }
}
