/// Which model this is: what a session remembers of it.
public struct ModelIdentity: Codable, Sendable, Equatable {
  /// The file's or folder's path as it was given, or a hub name.
  public var path: String
  /// Size of the weights in bytes.
  public var size: Int
  /// SHA-256 of the weights, in hex.
  public var sha256: String
  public init(path: String, size: Int, sha256: String) {
    self.path = path
    self.size = size
    self.sha256 = sha256
  }
}

/// The foundation model: frozen weights, tokenizer and chat template. Immutable; every method may be called from one thread at a time.
public final class Model: @unchecked Sendable {
  public let configuration: Configuration
  public let path: String
  /// Size of the weights in bytes.
  public let size: Int
  /// nil for a folder without one: such a model is scored and tuned by token ids.
  public let tokenizer: Tokenizer?
  /// nil for a base model, which continues raw text.
  public let template: ChatTemplate?
  /// Why the template could not be used, where the model has one of an unknown kind.
  public let templateProblem: ChatTemplateError?

  /// Loads a GGUF file or a folder of config.json and safetensors. `threads`: nil = all cores.
  public init(path: String, threads: Int? = nil) throws { fatalError("stub") }

  /// SHA-256 and size; remembered on disk by device, inode, size and time (DESIGN §6), computed once.
  public func identity() throws -> ModelIdentity { fatalError("stub") }

  /// Decodes all rows together: one pass over the weights a token. All rows draw with the same random numbers
  /// (`sampling.seed`). `onToken(row, token)` is told each token as it comes and answers whether to go on.
  /// Throws where a prompt does not fit the context.
  public func generate(
    _ rows: [GenerationRow], sampling: Sampling, ignoreEnd: Bool = false,
    onToken: (Int, Token) -> Bool = { _, _ in true }
  ) throws -> [Generated] { fatalError("stub") }

  /// Negative log likelihood (nats) of each trained token of each item, in order. fp32.
  public func score(
    _ items: [TrainingItem], adapter: Adapter?, strength: Float = 1,
    progress: (Int) -> Bool = { _ in true }
  ) throws -> [[Float]] { fatalError("stub") }

  /// Mean KL divergence (nats a position) from the foundation to `adapter` over all positions of `texts`.
  public func drift(of adapter: Adapter, strength: Float = 1, on texts: [[Token]]) throws -> Double {
    fatalError("stub")
  }
}

/// What a model looks like; decides what one Block does.
public struct Configuration: Sendable, Equatable {
  public var architecture: String
  public var name: String
  public var vocabularySize: Int
  public var contextLength: Int
  public var width: Int
  public var hiddenWidth: Int
  public var layers: Int
  public var heads: Int
  public var keyValueHeads: Int
  public var headWidth: Int
  public init() { fatalError("stub") }
}
