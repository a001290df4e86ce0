public import Engine

/// The engine's model behind the workbench's seam.
public final class EngineModel: TunableModel {
  /// The model.
  public let model: Model
  private let maker: ItemMaker
  private let store = KVStore()
  private lazy var neutral = Anchors(NeutralText.tokens(for: model), for: model)
  /// What bursts with a KL penalty are held near the foundation on.
  package private(set) lazy var anchors = Anchors(AnchorText.tokens(for: model), for: model)

  /// A workbench's view of `model`.
  public init(_ model: Model) {
    self.model = model
    maker = ItemMaker(model)
  }

  /// The model's own name, or its file's.
  public var name: String {
    let name = model.configuration.name
    return name.isEmpty ? model.path.split(separator: "/").last.map(String.init) ?? "" : name
  }

  /// Where it was loaded from.
  public var path: String { model.path }
  /// Size of the weights in bytes.
  public var size: Int { model.size }
  /// The longest sequence, in tokens.
  public var contextLength: Int { model.configuration.contextLength }
  /// How many blocks there are.
  public var layerCount: Int { model.configuration.layers }
  /// False for a base model, which continues raw text.
  public var hasTemplate: Bool { model.template != nil || model.templateProblem != nil }

  /// Bytes of keys and values kept for the prompts to come.
  public var keptBytes: Int { store.bytes }

  /// How many numbers the weights are.
  public var parameterCount: Int { model.configuration.parameterCount }

  /// Which kernels compute.
  public var kernels: KernelPath { model.kernels }
  /// Which model this is.
  public func identity() throws -> ModelIdentity { try model.identity() }

  /// The tokens after which a reply to `messages` begins.
  public func prompt(_ messages: [Message]) throws(ItemError) -> [Token] {
    try maker.prompt(messages)
  }

  /// The training item of `content`.
  public func item(_ content: ExampleContent, system: String?) throws(ItemError) -> TrainingItem {
    try maker.item(content, system: system)
  }

  /// Decodes all rows together; text is handed over in whole characters.
  public func generate(
    _ rows: [ReplyRow], sampling: Sampling, shouldStop: () -> Bool,
    onText: (Int, String) -> Bool
  ) throws -> [Reply] {
    guard let tokenizer = model.tokenizer else { throw WorkbenchError.prompt(.noTokenizer) }
    var streams = rows.map { _ in TextStream(tokenizer) }
    var texts = rows.map { _ in "" }
    let generated = try model.generate(
      rows.map(engineRow), sampling: sampling, precision: .rounded, store: store,
      shouldStop: shouldStop,
      onToken: { row, token in
        let text = streams[row].push(token)
        texts[row] += text
        return text.isEmpty ? !shouldStop() : onText(row, text) && !shouldStop()
      })
    return generated.enumerated().map { row, result in
      let rest = streams[row].finish()
      texts[row] += rest
      if !rest.isEmpty { _ = onText(row, rest) }
      return Reply(
        text: texts[row], tokens: result.ids.count, stop: result.stop,
        promptTokens: result.promptTokens, tokensPerSecond: result.tokensPerSecond,
        ids: result.ids)
    }
  }

  /// Where greedy decoding of each row leaves a reply that is known, by one forward.
  public func divergences(
    _ rows: [ReplyRow], from replies: [Reply], shouldStop: () -> Bool
  ) throws -> [Divergence?]? {
    guard let tokenizer = model.tokenizer else { throw WorkbenchError.prompt(.noTokenizer) }
    let known = replies.map { KnownReply(ids: $0.ids, isEnded: $0.stop == .end) }
    let choices = try model.choices(
      rows.map(engineRow), along: known, precision: .rounded, store: store, shouldStop: shouldStop)
    return choices.map { zip($0, known).map { Divergence(of: $1, in: $0, tokenizer) } }
  }

  /// Negative log likelihood (nats) of each trained token of each item.
  public func score(
    _ items: [TrainingItem], weights: (any TunedWeights)?, strength: Float,
    progress: (Int) -> Bool
  ) throws -> [[Float]] {
    try model.score(items, adapter: adapter(weights), strength: strength, progress: progress)
  }

  /// How far `weights` move the model on neutral text; nil where `shouldStop` answered yes.
  public func drift(of weights: any TunedWeights, shouldStop: () -> Bool) throws -> Drift? {
    guard let adapter = adapter(weights) else { return nil }
    return neutral.drift(of: adapter, shouldStop: shouldStop)
  }

  /// Weights no burst has touched.
  public func fresh(_ recipe: Recipe) throws -> any TunedWeights {
    let adapter = try Adapter(configuration(recipe), for: model, seed: recipe.seed)
    return EngineWeights(adapter, OptimiserState(for: adapter))
  }

  /// The weighted sum of others' changes to the model.
  public func blend(_ parts: [(any TunedWeights, Float)], recipe: Recipe) throws
    -> any TunedWeights
  {
    let sum = try Adapter(
      blending: parts.compactMap { weights, weight in adapter(weights).map { ($0, weight) } },
      configuration(recipe), for: model, seed: recipe.seed)
    return EngineWeights(sum, OptimiserState(for: sum))
  }

  /// Weights from the files a burst left. The optimiser's is read once a burst goes on from them: replies do
  /// not need it, and it is twice as large as the adapter's.
  public func read(adapter: String, optimiser: String, recipe: Recipe) throws -> any TunedWeights {
    EngineWeights(
      try Adapter(tensors: adapter, configuration: configuration(recipe), for: model),
      file: optimiser)
  }

  /// Weights from a PEFT folder, with an optimiser that did no step.
  public func weights(peft folder: String) throws -> any TunedWeights {
    let adapter = try Adapter(peft: folder, for: model)
    return EngineWeights(adapter, OptimiserState(for: adapter))
  }

  /// A burst on a copy of `weights`.
  public func tuning(
    from weights: any TunedWeights, recipe: Recipe, items: [TrainingItem], length: BurstLength
  ) throws -> any TuningRun {
    guard let weights = weights as? EngineWeights else { preconditionFailure("foreign weights") }
    return EngineRun(
      try Tuner(
        model: model, adapter: weights.adapter.copy(), optimiser: weights.optimiser().copy(),
        recipe: recipe, items: items, length: length, anchors: anchors))
  }

  /// A burst on a copy of `weights` that learns the items at `changed` and keeps the others.
  public func correcting(
    from weights: any TunedWeights, recipe: Recipe, items: [TrainingItem], changed: [Int]
  ) throws -> any TuningRun {
    guard let weights = weights as? EngineWeights else { preconditionFailure("foreign weights") }
    return EngineCorrection(
      try Corrector(
        model: model, adapter: weights.adapter.copy(), optimiser: weights.optimiser().copy(),
        recipe: recipe, items: items, changed: changed, anchors: anchors))
  }

  private func engineRow(_ row: ReplyRow) -> GenerationRow {
    GenerationRow(
      prompt: row.prompt, adapter: adapter(row.weights), strength: row.strength,
      adapterHash: row.weights?.hash, seed: row.seed)
  }

  /// `tuner` as a burst that can be watched.
  package func run(_ tuner: Tuner) -> any TuningRun { EngineRun(tuner) }

  private func configuration(_ recipe: Recipe) -> AdapterConfiguration {
    recipe.adapterConfiguration(layers: model.configuration.layers)
  }

  /// The adapter behind weights of this model; nil is the foundation.
  package func adapter(_ weights: (any TunedWeights)?) -> Adapter? {
    guard let weights else { return nil }
    guard let weights = weights as? EngineWeights else { preconditionFailure("foreign weights") }
    return weights.adapter
  }
}

/// The engine's adapter and optimiser state.
private final class EngineWeights: TunedWeights {
  let adapter: Adapter
  private var loadedOptimiser: OptimiserState?
  private let optimiserFile: String
  // Both take a pass over the adapter, and a status line asks for them often.
  lazy var hash = adapter.hash
  lazy var deltaNorm = adapter.deltaNorm

  init(_ adapter: Adapter, _ optimiser: OptimiserState) {
    self.adapter = adapter
    loadedOptimiser = optimiser
    optimiserFile = ""
  }

  init(_ adapter: Adapter, file: String) {
    self.adapter = adapter
    optimiserFile = file
  }

  var hasOptimiser: Bool { loadedOptimiser != nil || FileBytes.exists(optimiserFile) }

  func withFreshOptimiser() -> any TunedWeights {
    EngineWeights(adapter, OptimiserState(for: adapter))
  }

  func optimiser() throws -> OptimiserState {
    if let loadedOptimiser { return loadedOptimiser }
    guard hasOptimiser else { return OptimiserState(for: adapter) }
    let optimiser = try OptimiserState(file: optimiserFile, for: adapter)
    loadedOptimiser = optimiser
    return optimiser
  }

  var parameterCount: Int { adapter.parameterCount }
  func write(adapter file: String) throws { try adapter.write(tensors: file) }
  func write(optimiser file: String) throws { try optimiser().write(to: file) }
  func write(peft folder: String, baseModel: String) throws {
    try adapter.write(peft: folder, baseModel: baseModel)
  }
}

/// The engine's tuner.
private final class EngineRun: TuningRun {
  private let tuner: Tuner

  init(_ tuner: Tuner) { self.tuner = tuner }

  var plannedSteps: Int? { tuner.plannedSteps }
  var isFinished: Bool { tuner.isFinished }
  func step(shouldStop: () -> Bool) throws -> StepReport? { try tuner.step(shouldStop: shouldStop) }
  func snapshot() -> any TunedWeights {
    EngineWeights(tuner.adapter.copy(), tuner.optimiser.copy())
  }
}

/// The engine's corrector.
private final class EngineCorrection: TuningRun {
  private let corrector: Corrector

  init(_ corrector: Corrector) { self.corrector = corrector }

  let plannedSteps: Int? = nil
  var isFinished: Bool { corrector.isFinished }
  func step(shouldStop: () -> Bool) throws -> StepReport? {
    try corrector.step(shouldStop: shouldStop)
  }
  func snapshot() -> any TunedWeights {
    EngineWeights(corrector.adapter.copy(), corrector.optimiser.copy())
  }
}
