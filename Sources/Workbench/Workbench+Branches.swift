import Engine

extension Recipe {
  /// The recipe that a blend of adapters made by `parts` goes on with: the first one's, but that the ranks add up, and
  /// targets and layers are those of any. Its scale, alpha / rank, stays the first one's.
  init(blending parts: [Recipe]) {
    self = parts[0]
    let scale = alpha / Float(rank)
    rank = parts.reduce(0) { $0 + $1.rank }
    alpha = scale * Float(rank)
    targets = Set(parts.flatMap(\.targets)).sorted()
    let layers = parts.map(\.lastLayers)
    lastLayers = layers.contains(nil) ? nil : layers.compactMap { $0 }.max()
  }

  /// The recipe with the adapter's shape as `other` has it.
  func shaped(like other: Recipe) -> Recipe {
    var recipe = self
    recipe.rank = other.rank
    recipe.alpha = other.alpha
    recipe.targets = other.targets
    recipe.lastLayers = other.lastLayers
    return recipe
  }
}

extension Workbench {
  /// Makes a burst whose adapter is the weighted sum of others', and takes it into use. Its parent is the first one; what
  /// it learnt is what they learnt. Its optimiser state is fresh, and its rank the sum of theirs.
  public func blend(_ parts: [Burst.BlendPart]) throws -> Burst {
    try requireWritable()
    let bursts = try parts.map { part in
      guard let burst = session.burst(part.burst) else {
        throw WorkbenchError.noSuchBurst(part.burst, last: session.bursts.last?.id ?? 0)
      }
      guard part.weight.isFinite, part.weight != 0, abs(part.weight) <= 2 else {
        throw WorkbenchError.outOfRange(
          setting: "A part's weight", value: "\(part.weight)", range: "from -2 to 2, without 0")
      }
      return burst
    }
    guard let first = bursts.first, Set(bursts.map(\.id)).count == bursts.count else {
      throw WorkbenchError.blendsItself
    }
    let recipe = Recipe(blending: bursts.map(\.recipe))
    try recipe.check()
    let weights = try model.blend(
      parts.map { (try self.weights(of: $0.burst), $0.weight) }, recipe: recipe)
    var burst = Burst(
      id: (session.bursts.last?.id ?? 0) + 1, parent: first.id, recipe: recipe, length: .steps(0),
      system: first.system, examples: seen(by: bursts), started: now())
    burst.blend = parts
    conclude(burst, weights, checkpoint: nil)
    return session.burst(burst.id) ?? burst
  }

  /// Gives a burst a name, which is taken from the burst that had it; nil takes its name away.
  public func name(_ id: Int, _ name: String?) throws {
    guard let place = session.bursts.position(id) else {
      throw WorkbenchError.noSuchBurst(id, last: session.bursts.last?.id ?? 0)
    }
    if let name, !BurstReference.isName(name) { throw WorkbenchError.badName(name) }
    try change { session in
      for other in session.bursts.indices where name != nil && session.bursts[other].name == name {
        session.bursts[other].name = nil
      }
      session.bursts[place].name = name
    }
  }

  /// Writes a note to a burst; nil takes it away.
  public func note(_ id: Int, _ text: String?) throws {
    guard let place = session.bursts.position(id) else {
      throw WorkbenchError.noSuchBurst(id, last: session.bursts.last?.id ?? 0)
    }
    try change { $0.bursts[place].note = text }
  }

  /// What several bursts saw; of an example that they saw in different wordings, the first one's.
  private func seen(by bursts: [Burst]) -> [Burst.Seen] {
    let all = bursts.flatMap(\.examples)
    var ids: [Int: [Int]] = [:]
    // By the session's examples, as a damaged list could name billions.
    for example in session.examples {
      guard let seen = all.first(where: { $0.ids.contains(example.id) }) else { continue }
      ids[seen.revision, default: []].append(example.id)
    }
    return ids.sorted { $0.key < $1.key }.map {
      Burst.Seen(revision: $0.key, ids: IDList($0.value))
    }
  }

  /// `recipe` as the adapter in use can go on with: below a blend, the blend decides the adapter's shape.
  func shaped(_ recipe: Recipe) -> Recipe {
    guard let current = session.currentBurst,
      session.path(to: current.id).contains(where: { $0.blend != nil })
    else { return recipe }
    return recipe.shaped(like: current.recipe)
  }
}
