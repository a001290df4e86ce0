public import Engine

// Settings are no work of their own, so undo passes them over. A session opened for reading only takes those
// that only change how one looks at it, in memory.
extension Workbench {
  /// Sets the system prompt; nil leaves it to the template.
  public func setSystem(_ system: String?) throws {
    try change { $0.system = system }
  }

  /// Sets how bursts tune.
  public func setRecipe(_ recipe: Recipe) throws {
    try recipe.check()
    try change { $0.recipe = recipe }
  }

  /// Sets the seed of every random choice.
  public func setSeed(_ seed: UInt64) throws {
    try change { $0.seed = seed }
  }

  /// Sets how replies are drawn.
  public func setSampling(_ sampling: Sampling) throws {
    try sampling.check()
    session.sampling = sampling
    persist()
  }

  /// Sets the adapter's strength, 0 to 2.
  public func setStrength(_ strength: Float) throws {
    try require(0...2 ~= strength, "scale", strength, "from 0 to 2")
    session.state.strength = strength
    persist()
  }

  /// Sets the suite of probes that is run after each burst; nil is none.
  public func setProbes(_ suite: String?) throws {
    try change { $0.state.probes = suite }
  }

  /// Starts a new conversation, or goes back to prompts that stand alone.
  public func setChat(_ on: Bool) throws {
    session.state.chat = on
    session.state.conversationStart = (session.turns.last?.id ?? 0) + 1
    persist()
  }

  /// Goes on with another model; throws where the session's bursts belong to the old one.
  public func setModel(_ model: any TunableModel) throws {
    try adopt(model)
    self.model = model
    items.clear()
    foundationReplies.clear()
    saidRawText = false
  }
}

extension Sampling {
  /// Throws where a setting is out of its range.
  func check() throws {
    try require(temperature >= 0 && temperature.isFinite, "temperature", temperature, "from 0 up")
    try require(topK >= 0, "top-k", topK, "from 0 (off) up")
    try require(topP > 0 && topP <= 1, "top-p", topP, "from above 0 to 1 (off)")
    try require(minP >= 0 && minP < 1, "min-p", minP, "from 0 (off) to below 1")
    try require(
      repetitionPenalty > 0 && repetitionPenalty.isFinite, "repetition penalty",
      repetitionPenalty, "from above 0; 1 is off")
    try require(maxTokens >= 1, "max tokens", maxTokens, "from 1 up")
  }
}

private func require(
  _ condition: Bool, _ setting: String, _ value: some CustomStringConvertible, _ range: String
) throws {
  if !condition {
    throw WorkbenchError.outOfRange(setting: setting, value: "\(value)", range: range)
  }
}
