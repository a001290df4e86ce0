public import Engine

/// How the next burst is to run, with all that nobody said chosen from the model and the examples.
public struct BurstPlan: Sendable, Equatable {
  /// How it tunes.
  public var recipe: Recipe
  /// How long at most.
  public var length: BurstLength
  /// What ends it before.
  public var until: StopRules?
  /// How many examples it learns from.
  public var examples: Int
  /// The settings that were chosen, not given.
  public var chosen: [AutomaticSetting]
  /// Whether the length was chosen too.
  public var isLengthChosen: Bool
  /// The most steps; nil where seconds bound it.
  public var steps: Int?
  /// How long those will take, by this session's last burst; nil where there is none.
  public var seconds: Double?
}

/// What a burst does where nobody says. docs/tuning.md holds the figures.
enum AutomaticRecipe {
  /// The KL penalty's weight.
  static let klWeight: Float = 2
  /// The most steps of a burst whose rules bound none.
  static let mostSteps = 200

  /// The learning rate for a model of that many parameters, in one digit. Larger models take smaller steps: as width to
  /// the power of -0.78 (the llama family's exponent in `get_lr` of Thinking Machines' tinker cookbook), the width growing
  /// about as the parameters' root.
  static func learningRate(parameters: Int) -> Float {
    let ratio = 134.5e6 / Double(max(1, parameters))
    // To the power of 0.375, near enough to 0.39: roots alone are the same to the bit everywhere.
    let rate = 1e-3 * min(4, max(0.05, (ratio * ratio.squareRoot()).squareRoot().squareRoot()))
    var digit = 1.0
    while rate * digit < 1 { digit *= 10 }
    return Float((rate * digit).rounded() / digit)
  }

  /// Steps for so many examples: the style arrives within a dozen, few examples are known by heart after six epochs,
  /// and many are to be seen twice.
  static func steps(examples: Int, batchSize: Int) -> Int {
    let perEpoch = max(1, (examples + batchSize - 1) / max(1, batchSize))
    return min(mostSteps, max(min(12, 6 * perEpoch), 2 * perEpoch))
  }
}

extension Session {
  /// Whether `setting` is chosen anew for each burst with `recipe`.
  public func isAutomatic(_ setting: AutomaticSetting, in recipe: Recipe) -> Bool {
    guard state.chosen?.contains(setting) != true else { return false }
    return switch setting {
    case .klWeight: recipe.klWeight == Recipe().klWeight
    case .learningRate: recipe.learningRate == Recipe().learningRate
    }
  }
}

extension Workbench {
  /// The plan of a burst: `length`, `until` and `recipe` as they are given, and the rest chosen. `automatic`: which
  /// settings of `recipe` nobody chose.
  public func plan(
    _ length: BurstLength? = nil, until: StopRules? = nil, recipe: Recipe,
    automatic: [AutomaticSetting]
  ) -> BurstPlan {
    var recipe = recipe
    for setting in automatic {
      switch setting {
      case .klWeight: recipe.klWeight = AutomaticRecipe.klWeight
      case .learningRate:
        recipe.learningRate = AutomaticRecipe.learningRate(parameters: model.parameterCount)
      }
    }
    let examples = session.seen.reduce(0) { $0 + $1.ids.count }
    let batchSize = min(recipe.batchSize, max(1, examples))
    let perEpoch = max(1, (examples + batchSize - 1) / batchSize)
    var plan = BurstPlan(
      recipe: recipe, length: length ?? .steps(1), until: until, examples: examples,
      chosen: automatic, isLengthChosen: length == nil, steps: nil, seconds: nil)
    // A limit to the drift ends nothing by itself.
    let ends = until?.conditions.contains { if case .drift = $0 { false } else { true } } ?? false
    let most = until?.mostSteps(stepsPerEpoch: perEpoch)
    if length == nil {
      let steps = AutomaticRecipe.steps(examples: examples, batchSize: batchSize)
      plan.isLengthChosen = !ends
      plan.length = .steps(most ?? (ends ? AutomaticRecipe.mostSteps : steps))
      // Rules end a burst on a plateau too, and so do examples held out.
      if ends || !session.held.isEmpty { plan.until = (until ?? StopRules([])).adding(.plateau) }
      if !ends, !session.held.isEmpty {
        plan.length = .steps(min(AutomaticRecipe.mostSteps, 3 * steps))
      }
    }
    switch plan.length {
    case .steps(let steps): plan.steps = steps
    case .epochs(let epochs): plan.steps = epochs * perEpoch
    case .seconds(let seconds): plan.seconds = seconds
    }
    plan.seconds = [plan.seconds, time(of: length == nil && ends ? most : plan.steps)]
      .compactMap { $0 }.min()
    for case .seconds(let limit) in plan.until?.conditions ?? [] {
      plan.seconds = min(limit, plan.seconds ?? limit)
    }
    return plan
  }

  /// How long so many steps take, by the last burst; nil where either is not known.
  private func time(of steps: Int?) -> Double? {
    guard let steps, let last = session.bursts.last, last.steps > 0, last.seconds > 0 else {
      return nil
    }
    return Double(steps) * last.seconds / Double(last.steps)
  }

  /// Runs a plan; `probesPass` asks the probes, where its rules wait for them.
  public func tune(
    _ plan: BurstPlan, shouldStop: () -> Bool = { false },
    report: (Progress) -> Void = { _ in }, probesPass: ProbeCheck? = nil
  ) throws -> Burst? {
    try tune(
      plan.length, until: plan.until, recipe: plan.recipe, shouldStop: shouldStop, report: report,
      probesPass: probesPass)
  }

  /// Notes which settings a person chose although they are the defaults.
  public func setChosen(_ settings: [AutomaticSetting]) throws {
    let chosen = AutomaticSetting.allCases.filter { settings.contains($0) }
    try change { $0.state.chosen = chosen.isEmpty ? nil : chosen }
  }
}
