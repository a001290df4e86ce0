public import Engine

/// What the workbench asks of a model: the seam between what a person works on and the engine.
///
/// `EngineModel` is the real one; tests of logic hand over a scripted one.
public protocol TunableModel: InspectableModel {
  /// The model's name, for people.
  var name: String { get }
  /// Where it was loaded from.
  var path: String { get }
  /// Size of the weights in bytes.
  var size: Int { get }
  /// How many numbers the weights are.
  var parameterCount: Int { get }
  /// Bytes of keys and values kept for the prompts to come.
  var keptBytes: Int { get }
  /// The longest sequence, in tokens.
  var contextLength: Int { get }
  /// How many blocks there are.
  var layerCount: Int { get }
  /// False for a base model: prompts are continued as raw text.
  var hasTemplate: Bool { get }
  /// Which kernels compute; where they have the same bytes, so has everything else here.
  var kernels: KernelPath { get }
  /// Which model this is; may take a second the first time.
  func identity() throws -> ModelIdentity

  /// The tokens after which a reply to `messages` begins.
  func prompt(_ messages: [Message]) throws(ItemError) -> [Token]
  /// The training item of `content`, under `system` where it has no system turn.
  func item(_ content: ExampleContent, system: String?) throws(ItemError) -> TrainingItem

  /// Decodes all rows together, with the same random numbers unless a row has its own seed; `onText(row, text)` gets
  /// each piece of text as it is complete and answers whether to go on; `shouldStop` is asked also where there is no
  /// text.
  func generate(
    _ rows: [ReplyRow], sampling: Sampling, shouldStop: () -> Bool,
    onText: (Int, String) -> Bool
  ) throws -> [Reply]
  /// Where greedy decoding of each row leaves a reply that is known (nil: nowhere), found by one forward in the numeric
  /// mode of `generate`, so that a reply that is not left is the one it would give. nil where `shouldStop` ended it.
  func divergences(
    _ rows: [ReplyRow], from replies: [Reply], shouldStop: () -> Bool
  ) throws -> [Divergence?]?
  /// Negative log likelihood (nats) of each trained token of each item.
  func score(
    _ items: [TrainingItem], weights: (any TunedWeights)?, strength: Float,
    progress: (Int) -> Bool
  ) throws -> [[Float]]
  /// How far `weights` move the model on neutral text; nil where `shouldStop` answered yes.
  func drift(of weights: any TunedWeights, shouldStop: () -> Bool) throws -> Drift?

  /// Weights no burst has touched.
  func fresh(_ recipe: Recipe) throws -> any TunedWeights
  /// The weighted sum of others' changes to the model, with a fresh optimiser state; `recipe` has the sum of their ranks.
  func blend(_ parts: [(any TunedWeights, Float)], recipe: Recipe) throws -> any TunedWeights
  /// Weights from the files a burst left; that of the optimiser state may be missing.
  func read(adapter: String, optimiser: String, recipe: Recipe) throws -> any TunedWeights
  /// A burst on a copy of `weights`.
  func tuning(
    from weights: any TunedWeights, recipe: Recipe, items: [TrainingItem], length: BurstLength
  ) throws -> any TuningRun
  /// A burst on a copy of `weights` that learns the items at `changed` and keeps the others.
  func correcting(
    from weights: any TunedWeights, recipe: Recipe, items: [TrainingItem], changed: [Int]
  ) throws -> any TuningRun
}

/// An adapter and its optimiser state, as a burst leaves them. Never changed once handed over.
public protocol TunedWeights: AnyObject {
  /// SHA-256 of the adapter.
  var hash: String { get }
  /// Frobenius norm of the change to the weights.
  var deltaNorm: Double { get }
  /// How many numbers are trained.
  var parameterCount: Int { get }
  /// Whether the optimiser state is at hand; where it is not, a burst from here starts a fresh one.
  var hasOptimiser: Bool { get }
  /// The same adapter with a fresh optimiser state.
  func withFreshOptimiser() -> any TunedWeights
  /// Writes the adapter's file, atomically and durably.
  func write(adapter file: String) throws
  /// Writes the optimiser state's file, atomically and durably.
  func write(optimiser file: String) throws
  /// Writes a PEFT folder.
  func write(peft folder: String, baseModel: String) throws
}

/// A burst on its way.
public protocol TuningRun: AnyObject {
  /// Steps it will take; nil where it is not known before.
  var plannedSteps: Int? { get }
  /// Whether its length is run.
  var isFinished: Bool { get }
  /// One step; nil where `shouldStop` answered yes, and nothing of the step was applied.
  func step(shouldStop: () -> Bool) throws -> StepReport?
  /// What was learnt up to now; later steps leave it alone.
  func snapshot() -> any TunedWeights
}

/// A prompt to be answered, and by what.
public struct ReplyRow {
  /// The prompt's tokens.
  public var prompt: [Token]
  /// What answers; nil is the foundation.
  public var weights: (any TunedWeights)?
  /// Multiplies the adapter's effect.
  public var strength: Float
  /// The seed of the row's own draws; nil takes the sampling's.
  public var seed: UInt64?
  /// A row.
  public init(
    prompt: [Token], weights: (any TunedWeights)?, strength: Float, seed: UInt64? = nil
  ) {
    self.prompt = prompt
    self.weights = weights
    self.strength = strength
    self.seed = seed
  }
}

/// A reply and how it went.
public struct Reply: Sendable, Equatable {
  /// What was said.
  public var text: String
  /// How many tokens were generated.
  public var tokens: Int
  /// Why it ended.
  public var stop: StopReason
  /// How many tokens the prompt had.
  public var promptTokens: Int
  /// Decoded tokens per second, over all rows.
  public var tokensPerSecond: Double
  /// The tokens, without the end token.
  public var ids: [Token]
  /// A reply.
  public init(
    text: String, tokens: Int, stop: StopReason, promptTokens: Int, tokensPerSecond: Double,
    ids: [Token] = []
  ) {
    self.text = text
    self.tokens = tokens
    self.stop = stop
    self.promptTokens = promptTokens
    self.tokensPerSecond = tokensPerSecond
    self.ids = ids
  }
}
