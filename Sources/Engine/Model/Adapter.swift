/// What an adapter is put on, and how strong it is.
public struct AdapterConfiguration: Codable, Sendable, Equatable {
  public var rank: Int
  public var alpha: Float
  /// rsLoRA: scale = alpha / sqrt(rank) instead of alpha / rank.
  public var rankStabilised: Bool
  /// In `Projection` order, no doubles.
  public var targets: [Projection]
  /// Adapted layers, ascending.
  public var layers: [Int]
  public init(
    rank: Int, alpha: Float, rankStabilised: Bool = false, targets: [Projection], layers: [Int]
  ) {
    self.rank = rank
    self.alpha = alpha
    self.rankStabilised = rankStabilised
    self.targets = targets.sorted()
    self.layers = layers.sorted()
  }
}

/// LoRA matrices A (rank, in) and B (out, rank) of every adapted projection. Written only while tuning.
public final class Adapter: @unchecked Sendable {
  public let configuration: AdapterConfiguration
  /// A random as PEFT's kaiming-uniform, B zero.
  public init(_ configuration: AdapterConfiguration, for model: Model, seed: UInt64) throws {
    fatalError("stub")
  }
  /// An independent copy.
  public func copy() -> Adapter { fatalError("stub") }
  /// How many numbers are trained.
  public var parameterCount: Int { fatalError("stub") }
  /// SHA-256 (hex) of configuration and matrices.
  public var hash: String { fatalError("stub") }
  /// Frobenius norm of scale·B·A over all projections: zero means the adapter does nothing.
  public var deltaNorm: Double { fatalError("stub") }

  /// Reads a PEFT folder (adapter_config.json, adapter_model.safetensors) made for `model`'s shape.
  public convenience init(peft folder: String, for model: Model) throws { fatalError("stub") }
  /// Writes a PEFT folder, q and k in Hugging Face's row order.
  public func write(peft folder: String, baseModel: String) throws { fatalError("stub") }
  /// Reads one PEFT-named safetensors file (a session's burst) under a known configuration.
  public convenience init(
    tensors file: String, configuration: AdapterConfiguration, for model: Model
  ) throws { fatalError("stub") }
  /// Writes one PEFT-named safetensors file, atomically and durably.
  public func write(tensors file: String) throws { fatalError("stub") }
}
