import Engine

extension Session: Codable {
  private enum Key: String, CodingKey {
    case version, model, seed, system, sampling, recipe, examples, bursts, current, turns
    case comparisons, probes, state
  }

  /// Reads a session of this version; older ones are migrated before.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    self.init(seed: try values.decode(UInt64.self, forKey: .seed))
    model = try values.decodeIfPresent(ModelIdentity.self, forKey: .model)
    system = try values.decodeIfPresent(String.self, forKey: .system)
    sampling = try values.decode(Sampling.self, forKey: .sampling)
    recipe = try values.decode(Recipe.self, forKey: .recipe)
    examples = try values.decode([Example].self, forKey: .examples)
    bursts = try values.decode([Burst].self, forKey: .bursts)
    current = try values.decodeIfPresent(Int.self, forKey: .current)
    turns = try values.decode([Turn].self, forKey: .turns)
    comparisons = try values.decode([Comparison].self, forKey: .comparisons)
    probes = try values.decodeIfPresent(JSONValue.self, forKey: .probes) ?? .array([])
    state = try values.decodeIfPresent(State.self, forKey: .state) ?? State()
    if let problem { throw SessionProblem(problem) }
  }

  /// Writes all keys, also where there is nothing to say, so that two sessions differ in values only.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(Session.version, forKey: .version)
    try values.encode(model, forKey: .model)
    try values.encode(seed, forKey: .seed)
    try values.encode(system, forKey: .system)
    try values.encode(sampling, forKey: .sampling)
    try values.encode(recipe, forKey: .recipe)
    try values.encode(examples, forKey: .examples)
    try values.encode(bursts, forKey: .bursts)
    try values.encode(current, forKey: .current)
    try values.encode(turns, forKey: .turns)
    try values.encode(comparisons, forKey: .comparisons)
    try values.encode(probes, forKey: .probes)
    try values.encode(state, forKey: .state)
  }
}

/// What does not hold together in a session that is JSON all the same.
struct SessionProblem: Error {
  let description: String
  init(_ description: String) { self.description = description }
}

extension Session {
  /// What does not hold together; nil where all does. Everything else relies on it.
  var problem: String? {
    var last = 0
    for example in examples {
      guard example.id > last else { return "example ids do not ascend at \(example.id)" }
      if let problem = problem(example) { return problem }
      last = example.id
    }
    last = 0
    for burst in bursts {
      guard burst.id > last else { return "burst ids do not ascend at \(burst.id)" }
      if let problem = problem(burst) { return problem }
      last = burst.id
    }
    if let current, burst(current) == nil { return "the current burst \(current) is not there" }
    return historyProblem
  }

  /// What does not hold together in one example.
  func problem(_ example: Example) -> String? {
    let numbers = example.revisions.map(\.number)
    guard !numbers.isEmpty, zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }) else {
      return "the revisions of example \(example.id) do not ascend"
    }
    if let current = example.current, !numbers.contains(current) {
      return "example \(example.id) lacks its revision \(current)"
    }
    return nil
  }

  /// What does not hold together in one burst, given those before it.
  func problem(_ burst: Burst) -> String? {
    // A parent is older than its child, so the tree has no circles.
    if let parent = burst.parent, parent >= burst.id || self.burst(parent) == nil {
      return "burst \(burst.id) names the parent \(parent), which is not an earlier burst"
    }
    for file in [burst.adapter?.file, burst.optimiser?.file] where file?.contains("/") == true {
      return "burst \(burst.id) names a file outside the session's folder"
    }
    return nil
  }

  private var historyProblem: String? {
    for change in state.history.done + state.history.undone {
      let bursts: [Int?] =
        switch change {
        case .burst(let id, let from): [id, from]
        case .checkout(let to, let from): [to, from]
        case .examples: []
        }
      for id in bursts.compactMap({ $0 }) where burst(id) == nil {
        return "the history names the burst \(id), which is not there"
      }
      guard case .examples(let moves) = change else { continue }
      for move in moves {
        // Ends first, so that a run of billions costs nothing.
        for run in move.ids.runs {
          guard exampleIndex(run.lowerBound) != nil, exampleIndex(run.upperBound) != nil else {
            return "the history names the examples \(run.lowerBound)-\(run.upperBound), "
              + "which are not all there"
          }
        }
      }
    }
    return nil
  }
}
