public import ArgumentParser
public import Engine
public import Workbench

/// How an adapter is tuned. Settings that an adapter brings along are nil unless given.
struct RecipeOptions: ParsableArguments {
  @Option(help: "How many optimiser steps.")
  var steps: Int?

  @Option(help: "How many times each example is seen.")
  var epochs: Int?

  @Option(help: "How long to tune, in seconds.")
  var seconds: Double?

  @Option(
    help: ArgumentHelp(
      "End at the first of some conditions: loss<0.4, held<2.9, drift<=0.05, 20s, plateau … joined by or. "
        + "Without --steps or --epochs, at most 200 steps.",
      valueName: "conditions"))
  var until: StopRules?

  @Option(
    help: ArgumentHelp(
      "Brake where the drift would go beyond this, keeping the last state within it.",
      valueName: "nats"))
  var drift: Double?

  @Option(help: ArgumentHelp("The adapter's rank (default: \(Recipe().rank))."))
  var rank: Int?

  @Option(help: ArgumentHelp("The adapter's scale times its rank (default: \(Recipe().alpha))."))
  var alpha: Float?

  @Option(help: "Adapted projections: q,k,v,o,gate,up,down or some of them (default: all).")
  var targets: TargetList?

  @Option(help: "Adapt the last N layers, or all (default: all).")
  var layers: LayerChoice?

  @Option(help: "The step size of AdamW.")
  var learningRate = Recipe().learningRate

  @Option(help: "Examples a step; more than there are means all.")
  var batchSize = Recipe().batchSize

  @Option(help: "Steps over which the learning rate rises from zero.")
  var warmup = Recipe().warmup

  @Option(help: "How the learning rate goes on: constant, linear or cosine.")
  var schedule = Recipe().schedule

  @Option(help: "AdamW's decoupled weight decay.")
  var weightDecay = Recipe().weightDecay

  @Option(help: "The largest gradient norm, or none.")
  var clip = ClipChoice(norm: Recipe().clip)

  @Option(
    help: ArgumentHelp(
      "The weight of a KL penalty to the foundation on neutral texts (default: none).",
      valueName: "weight"))
  var kl: Float?

  @Option(help: "The order of the examples: shuffled or given.")
  var order = Recipe().order

  @Option(help: "How near the foundation pairs and judgements keep the model: DPO's beta.")
  var beta = Recipe().beta

  @Option(help: "Weight of a pair's chosen reply as an example of its own (RPO); 0 is plain DPO.")
  var chosenWeight = Recipe().chosenWeight

  @Option(help: "The seed of the adapter and the order.")
  var seed = Recipe().seed

  func validate() throws {
    guard [steps != nil, epochs != nil, seconds != nil].count(where: { $0 }) <= 1 else {
      throw ValidationError("Give one of --steps, --epochs and --seconds.")
    }
    try check("--steps", steps, atLeast: 1)
    try check("--epochs", epochs, atLeast: 1)
    if let seconds, !(seconds > 0 && seconds.isFinite) {
      throw ValidationError("--seconds takes a number above 0, not \(seconds).")
    }
    if let rank, !(1...1024).contains(rank) {
      throw ValidationError("--rank takes a whole number from 1 to 1024, not \(rank).")
    }
    try check("--batch-size", batchSize, atLeast: 1)
    try check("--warmup", warmup, atLeast: 0)
    try check("--alpha", alpha, "a number above 0") { $0 > 0 }
    try check("--learning-rate", learningRate, "a number above 0") { $0 > 0 }
    try check("--weight-decay", weightDecay, "a number of at least 0") { $0 >= 0 }
    try check("--beta", beta, "a number above 0") { $0 > 0 }
    try check("--chosen-weight", chosenWeight, "a number of at least 0") { $0 >= 0 }
    if let drift, !(drift > 0 && drift.isFinite) {
      throw ValidationError("--drift takes a number above 0, not \(drift).")
    }
    if until?.contains(.probes) == true {
      throw ValidationError("A data file has no probes: `probes pass` is for sessions.")
    }
    if let kl { try check("--kl", kl, "a number above 0") { $0 > 0 } }
    try check("--clip", clip.norm, "a number above 0, or none") { $0 > 0 }
  }

  /// How long to tune.
  var length: BurstLength {
    if let epochs { return .epochs(epochs) }
    if let seconds { return .seconds(seconds) }
    return .steps(steps ?? (until == nil ? 20 : 200))
  }

  /// What ends the run before.
  var rules: StopRules? {
    guard let drift else { return until }
    return (until ?? StopRules([])).adding(.drift(drift))
  }

  /// What a fresh adapter is put on.
  func configuration(layerCount: Int) throws -> AdapterConfiguration {
    let standard = Recipe()
    return AdapterConfiguration(
      rank: rank ?? standard.rank, alpha: alpha ?? standard.alpha,
      targets: targets?.projections ?? standard.targets,
      layers: try layers?.layers(of: layerCount) ?? Array(0..<layerCount))
  }

  /// The first given setting that `configuration` contradicts, as a sentence.
  func contradiction(to configuration: AdapterConfiguration, layerCount: Int) -> String? {
    if let rank, rank != configuration.rank {
      return "--rank \(rank) contradicts the adapter's rank \(configuration.rank)."
    }
    if let alpha, alpha != configuration.alpha {
      return "--alpha \(alpha) contradicts the adapter's alpha \(configuration.alpha)."
    }
    if let targets, targets.projections != configuration.targets {
      let held = configuration.targets.map(\.rawValue).joined(separator: ",")
      return "--targets contradicts the adapter's targets \(held)."
    }
    if let layers, (try? layers.layers(of: layerCount)) != configuration.layers {
      return
        "--layers contradicts the adapter's layers, of which there are \(configuration.layers.count)."
    }
    return nil
  }

  /// The recipe of a run on an adapter of that configuration.
  func recipe(on configuration: AdapterConfiguration) -> Recipe {
    var recipe = Recipe()
    recipe.rank = configuration.rank
    recipe.alpha = configuration.alpha
    recipe.targets = configuration.targets
    recipe.lastLayers = configuration.layers.count
    recipe.learningRate = learningRate
    recipe.batchSize = batchSize
    recipe.warmup = warmup
    recipe.schedule = schedule
    recipe.weightDecay = weightDecay
    recipe.clip = clip.norm
    recipe.klWeight = kl
    recipe.order = order
    recipe.beta = beta
    recipe.chosenWeight = chosenWeight
    recipe.seed = seed
    return recipe
  }
}

extension StopRules: ExpressibleByArgument {
  /// The rules that an argument names.
  public init?(argument: String) { self.init(argument) }
}
extension Recipe.Schedule: ExpressibleByArgument {}
extension Recipe.Order: ExpressibleByArgument {}

/// `q,k,v`, `q_proj,v_proj` or `all`.
struct TargetList: ExpressibleByArgument {
  var projections: [Projection]

  init?(argument: String) {
    if argument == "all" {
      projections = Projection.allCases
      return
    }
    let names = argument.split(separator: ",", omittingEmptySubsequences: false)
    let found = names.compactMap { Projection(name: String($0)) }
    guard found.count == names.count else { return nil }
    projections = Set(found).sorted()
  }
}

/// The last N layers, or `all`.
enum LayerChoice: ExpressibleByArgument {
  case all
  case last(Int)

  init?(argument: String) {
    if argument == "all" {
      self = .all
    } else if let count = Int(argument), count > 0 {
      self = .last(count)
    } else {
      return nil
    }
  }

  /// The layers chosen from a model's `count`.
  func layers(of count: Int) throws -> [Int] {
    switch self {
    case .all: return Array(0..<count)
    case .last(let chosen):
      guard chosen <= count else {
        throw ValidationError("--layers \(chosen) is more than the model has: \(count).")
      }
      return Array(count - chosen..<count)
    }
  }
}

/// A largest gradient norm, or `none`.
struct ClipChoice: ExpressibleByArgument {
  var norm: Float?

  init(norm: Float?) { self.norm = norm }

  init?(argument: String) {
    if argument == "none" { return }
    guard let norm = Float(argument) else { return nil }
    self.norm = norm
  }

  var defaultValueDescription: String { norm.map { "\($0)" } ?? "none" }
}
