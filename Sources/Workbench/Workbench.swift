public import Engine

/// The one object a shell holds: a model, a session, and the session's place on disk.
///
/// Every change is applied in memory first and then written; where writing fails the change stands, a notice
/// says so, and the next change or `save` tries again. Not for more than one thread.
public final class Workbench {
  /// The model.
  public private(set) var model: any TunableModel
  /// What is worked on.
  public internal(set) var session: Session
  /// The session's place; nil where it is in memory only (or a scratch session nothing was written to yet).
  public internal(set) var store: SessionStore?
  /// Where sessions are kept.
  public let places: SessionPlaces
  var notices: [Notice] = []

  /// How a session without a name is kept.
  public enum Unnamed: Sendable { case scratch, memory }

  /// A new session that nobody named: scratch on a terminal, in memory otherwise.
  public init(model: any TunableModel, places: SessionPlaces, unnamed: Unnamed, seed: UInt64 = 1) {
    self.model = model
    self.places = places
    session = Session(seed: seed)
  }

  /// A session that was opened from disk. Throws where its bursts belong to another model.
  public init(model: any TunableModel, places: SessionPlaces, opened: OpenedSession) throws {
    self.model = model
    self.places = places
    session = opened.session
  }

  /// What a person should be told since the last call, in order.
  public func takeNotices() -> [Notice] {
    defer { notices = [] }
    return notices
  }

  /// The facts `/status` shows.
  public var status: Status { fatalError("unfinished") }
  /// Writes what is unwritten and gives the lock back.
  public func close() { fatalError("unfinished") }
}

// Replies
extension Workbench {
  /// Replies to `prompt` under the session's system prompt (and conversation, with chat on), by the current
  /// adapter or the foundation. `onText` gets the text as it comes and answers whether to go on.
  public func reply(_ prompt: String, foundation: Bool = false, onText: (String) -> Bool) throws
    -> (
      turn: Turn, reply: Reply
    )
  { fatalError("unfinished") }

  /// The foundation's and the tuned reply in one batched decode, same random numbers. `onText(row, text)`:
  /// row 0 is the foundation's.
  public func diff(_ prompt: String, onText: (Int, String) -> Bool = { _, _ in true }) throws
    -> Comparison
  { fatalError("unfinished") }
}

// Tuning and history
extension Workbench {
  /// How far a burst is.
  public struct Progress: Sendable {
    /// The step just done.
    public var report: StepReport
    /// Steps in all; nil while bounded by seconds.
    public var plannedSteps: Int?
    /// Seconds since the burst began.
    public var elapsed: Double
    /// The losses up to now.
    public var losses: [Double]
  }

  /// Runs a burst from the current adapter over the live examples. `recipe`: the session's unless given.
  /// `shouldStop` is asked often; what was learnt by then is kept. nil where not even one step was done.
  public func tune(
    _ length: BurstLength, recipe: Recipe? = nil, shouldStop: () -> Bool = { false },
    report: (Progress) -> Void = { _ in }
  ) throws -> Burst? { fatalError("unfinished") }

  /// Takes back the last burst, checkout or change to the examples, and says which.
  @discardableResult public func undo() throws -> Change { fatalError("unfinished") }
  /// Does again what undo took back last.
  @discardableResult public func redo() throws -> Change { fatalError("unfinished") }
  /// Goes to a burst, or to the foundation (nil).
  public func checkout(_ burst: Int?) throws { fatalError("unfinished") }
}

// Examples
extension Workbench {
  /// Adds an example; refuses an empty or too long one. Returns it.
  @discardableResult public func addExample(_ content: ExampleContent) throws -> Example {
    fatalError("unfinished")
  }
  /// Gives an example a new wording.
  @discardableResult public func editExample(_ id: Int, _ content: ExampleContent) throws -> Example
  {
    fatalError("unfinished")
  }
  /// Removes examples, as one change.
  public func removeExamples(_ ids: [Int]) throws { fatalError("unfinished") }
  /// Makes an example of a turn (the last unless given) with the reply it should have had.
  @discardableResult public func fix(_ reply: String, turn: Int? = nil) throws -> Example {
    fatalError("unfinished")
  }
  /// Makes an example of a turn (the last unless given) as it stands.
  @discardableResult public func good(turn: Int? = nil) throws -> Example {
    fatalError("unfinished")
  }

  /// What an import did.
  public struct ImportReport: Sendable, Equatable {
    /// The new examples.
    public var added: IDList
    /// Lines that could not be read or used.
    public var bad: [BadLine]
    /// How many of the new ones are stored but not trained (preferences, judgements).
    public var storedOnly: Int
  }
  /// Adds a data file's good lines as one change and reports the bad ones.
  public func importExamples(path: String) throws -> ImportReport { fatalError("unfinished") }
  /// Writes the live examples as JSON Lines; returns how many.
  public func exportExamples(path: String) throws -> Int { fatalError("unfinished") }
  /// How many tokens an example has and how many of them are trained.
  public func tokens(ofExample id: Int) throws -> (all: Int, trained: Int) {
    fatalError("unfinished")
  }
}

// Settings
extension Workbench {
  /// Sets the system prompt; nil leaves it to the template.
  public func setSystem(_ system: String?) throws { fatalError("unfinished") }
  /// Sets how replies are drawn.
  public func setSampling(_ sampling: Sampling) throws { fatalError("unfinished") }
  /// Sets how bursts tune.
  public func setRecipe(_ recipe: Recipe) throws { fatalError("unfinished") }
  /// Sets the seed of every random choice.
  public func setSeed(_ seed: UInt64) throws { fatalError("unfinished") }
  /// Sets the adapter's strength, 0 to 2.
  public func setStrength(_ strength: Float) throws { fatalError("unfinished") }
  /// Starts a conversation, or goes back to prompts that stand alone.
  public func setChat(_ on: Bool) throws { fatalError("unfinished") }
  /// Goes on with another model; throws where the session's bursts belong to the old one.
  public func setModel(_ model: any TunableModel) throws { fatalError("unfinished") }
}

// Files
extension Workbench {
  /// Writes the session (again), under its own name.
  public func save() throws { fatalError("unfinished") }
  /// Goes on under another name, tensors copied; a scratch session is moved. Returns the path.
  @discardableResult public func save(as name: String, replacing: Bool = false) throws -> String {
    fatalError("unfinished")
  }
  /// Closes this session and goes on with one from disk, or with a new one of that name where there is none
  /// and `creating`.
  public func open(_ name: String, creating: Bool = false) throws { fatalError("unfinished") }
  /// Writes the current adapter as a PEFT folder.
  public func exportAdapter(to folder: String) throws { fatalError("unfinished") }
  /// Scores a data file under the current adapter or the foundation: nats of each trained token of each item.
  public func score(path: String, foundation: Bool = false, progress: (Int) -> Bool = { _ in true })
    throws -> (data: TrainingData, nats: [[Float]])
  { fatalError("unfinished") }
}
