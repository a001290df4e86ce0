public import Engine

/// What a person works on: a model, its examples, the tree of bursts, and what was tried. One JSON file.
public struct Session: Sendable, Equatable {
  /// The format this version of Attune writes.
  public static let version = 2

  /// Which model the session is for; nil until it is first saved.
  public internal(set) var model: ModelIdentity?
  /// The seed of every random choice; changing it changes the sampling's and the recipe's.
  public internal(set) var seed: UInt64 {
    didSet {
      sampling.seed = seed
      recipe.seed = seed
    }
  }
  /// The system prompt; nil leaves it to the model's template.
  public internal(set) var system: String?
  /// How replies are drawn.
  public internal(set) var sampling: Sampling
  /// How bursts tune.
  public internal(set) var recipe: Recipe
  /// All examples, removed ones included, by ascending id.
  public internal(set) var examples: [Example]
  /// All bursts by ascending id: a tree by `parent`.
  public package(set) var bursts: [Burst]
  /// The burst whose adapter is in use; nil is the foundation.
  public internal(set) var current: Int?
  /// The last prompts and replies, oldest first.
  public package(set) var turns: [Turn]
  /// Comparisons, oldest first.
  public internal(set) var comparisons: [Comparison]
  /// What probes found, burst by burst.
  public internal(set) var probes: ProbeRecords
  /// The rest.
  public internal(set) var state: State

  /// What is neither model, data nor result.
  public struct State: Decodable, Sendable, Equatable {
    /// Whether prompts continue a conversation.
    public internal(set) var chat = false
    /// The first turn of the conversation.
    public internal(set) var conversationStart = 1
    /// The suite of probes that is run after each burst.
    public internal(set) var probes: String?
    /// Multiplies the adapter's effect, 0 to 2.
    public internal(set) var strength: Float = 1
    /// Examples held out of training; nil is none.
    public internal(set) var held: IDList?
    /// Settings of bursts that a person chose although they are the defaults; nil is none.
    public internal(set) var chosen: [AutomaticSetting]?
    /// What undo and redo work on.
    public internal(set) var history = History()
    /// How the tuned model fared against the foundation, burst by burst; nil where nobody was asked yet.
    public internal(set) var votes: [Votes]?
  }

  /// An empty session.
  public init(seed: UInt64 = 1) {
    self.seed = seed
    sampling = Sampling(seed: seed)
    recipe = Recipe()
    recipe.seed = seed
    examples = []
    bursts = []
    turns = []
    comparisons = []
    probes = ProbeRecords()
    state = State()
  }
}

extension Session {
  /// Examples that are not removed.
  public var liveExamples: [Example] { examples.filter { $0.current != nil } }

  /// Whether there is anything in it that someone made.
  public var holdsWork: Bool {
    system != nil || !examples.isEmpty || !bursts.isEmpty || !turns.isEmpty || !comparisons.isEmpty
  }

  /// The example of that id, removed or not.
  public func example(_ id: Int) -> Example? { exampleIndex(id).map { examples[$0] } }

  /// The burst of that id.
  public func burst(_ id: Int) -> Burst? { bursts.position(id).map { bursts[$0] } }

  /// The current burst; nil is the foundation.
  public var currentBurst: Burst? { current.flatMap { burst($0) } }

  /// The bursts from the foundation's child down to `id`; empty for the foundation.
  public func path(to id: Int?) -> [Burst] {
    var path: [Burst] = []
    var next = id
    while let id = next, let burst = burst(id) {
      path.append(burst)
      next = burst.parent
    }
    return path.reversed()
  }

  /// The bursts that `id` goes back to, those that it or they blend included, and itself; by ascending id.
  public func ancestors(of id: Int?) -> [Burst] {
    var found: Set<Int> = []
    var pending = [id].compactMap { $0 }
    while let next = pending.popLast() {
      guard found.insert(next).inserted, let burst = burst(next) else { continue }
      pending += [burst.parent].compactMap { $0 } + (burst.blend ?? []).map(\.burst)
    }
    return bursts.filter { found.contains($0.id) }
  }

  /// The turn that `/fix` and `/good` take.
  public var lastTurn: Turn? { turns.last }

  /// The turns that the next prompt continues; empty where prompts stand alone.
  public var conversation: [Turn] {
    state.chat ? turns(of: state.conversationStart) : []
  }

  /// The turns of a conversation before the turn `end`, without those whose place another sample took, and without what
  /// had followed them by then.
  func turns(of conversation: Int, before end: Int = .max) -> [Turn] {
    let turns = turns.filter { $0.conversation == conversation && $0.id <= end }
    let gone = turns.compactMap { turn in turn.instead.map { $0..<max($0, turn.id) } }
    return turns.filter { turn in turn.id < end && !gone.contains { $0.contains(turn.id) } }
  }

  func exampleIndex(_ id: Int) -> Int? { examples.position(id) }
}

extension Array where Element: Identifiable<Int> {
  /// The place of the element of that id; the ids ascend.
  func position(_ id: Int) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low].id == id ? low : nil
  }
}
