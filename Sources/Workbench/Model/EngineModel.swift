public import Engine

/// The engine's model behind the workbench's seam.
public final class EngineModel: TunableModel {
  /// The model.
  public let model: Model
  /// A workbench's view of `model`.
  public init(_ model: Model) { self.model = model }

  public var name: String { fatalError("unfinished") }
  public var path: String { model.path }
  public var size: Int { model.size }
  public var parameterCount: Int { fatalError("unfinished") }
  public var contextLength: Int { fatalError("unfinished") }
  public var layerCount: Int { fatalError("unfinished") }
  public var hasTemplate: Bool { fatalError("unfinished") }
  public func identity() throws -> ModelIdentity { try model.identity() }
  public func prompt(_ messages: [Message]) throws(ItemError) -> [Token] {
    fatalError("unfinished")
  }
  public func item(_ content: ExampleContent, system: String?) throws(ItemError) -> TrainingItem {
    fatalError("unfinished")
  }
  public func generate(
    _ rows: [ReplyRow], sampling: Sampling, onText: (Int, String) -> Bool
  ) throws -> [Reply] { fatalError("unfinished") }
  public func score(
    _ items: [TrainingItem], weights: (any TunedWeights)?, strength: Float,
    progress: (Int) -> Bool
  ) throws -> [[Float]] { fatalError("unfinished") }
  public func drift(of weights: any TunedWeights) throws -> Double { fatalError("unfinished") }
  public func fresh(_ recipe: Recipe) throws -> any TunedWeights { fatalError("unfinished") }
  public func read(adapter: String, optimiser: String, recipe: Recipe) throws -> any TunedWeights {
    fatalError("unfinished")
  }
  public func tuning(
    from weights: any TunedWeights, recipe: Recipe, items: [TrainingItem], length: BurstLength
  ) throws -> any TuningRun { fatalError("unfinished") }
}
