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
