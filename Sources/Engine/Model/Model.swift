/// The foundation model: frozen weights, tokenizer and chat template.
///
/// Nothing about it changes; scratch memory and threads belong to it, so it serves one caller at a time. Unchecked for
/// that reason.
public final class Model: @unchecked Sendable {
  /// What it looks like.
  public let configuration: Configuration
  /// The file or folder it came from, as given.
  public let path: String
  /// Size of the weights on disk, in bytes.
  public let size: Int
  /// nil for a folder without one: such a model is scored and tuned by token ids.
  public let tokenizer: Tokenizer?
  /// nil for a base model, which continues raw text, and where `templateProblem` says why.
  public let template: ChatTemplate?
  /// Why the file's chat template cannot be used, where it is of an unknown kind.
  public let templateProblem: ChatTemplateError?

  let weights: Weights
  /// The mapped files that the weights lie in.
  let files: [MappedFile]
  package let compute: Compute
  let arena = Arena()
  let scratch = Arena()
  package let trunkCache: TrunkCache
  let rope: RopeTable
  /// See `singles(_:length:)`.
  var singles: [Model] = []
  var hasTiles = false

  /// Loads a GGUF file, or a folder of config.json and safetensors. `threads`: nil is one a core.
  public convenience init(path: String, threads: Int? = nil) throws {
    try self.init(path: path, compute: Compute(threads: threads))
  }

  /// Loads along a chosen path of kernels.
  package init(path: String, compute: Compute, trunkCache: TrunkCache = TrunkCache()) throws {
    let parts = try ModelParts(path: path)
    self.path = path
    self.compute = compute
    self.trunkCache = trunkCache
    configuration = parts.configuration
    weights = parts.weights
    files = parts.files
    size = parts.files.reduce(0) { $0 + $1.count }
    tokenizer = parts.tokenizer
    template = parts.template
    templateProblem = parts.templateProblem
    rope = RopeTable(parts.configuration)
  }

  /// The same weights for one thread, with scratch memory of its own.
  init(like other: Model) {
    configuration = other.configuration
    path = other.path
    size = other.size
    tokenizer = other.tokenizer
    template = other.template
    templateProblem = other.templateProblem
    weights = other.weights
    files = other.files
    compute = Compute(threads: 1, path: other.compute.kernels.path)
    trunkCache = other.trunkCache
    rope = other.rope
  }

  /// How many threads compute.
  public var threads: Int { compute.workers.threads }

  /// The instructions the kernels use: `avx2`, `neon` or `scalar`.
  public var kernelPath: String { compute.kernels.path.rawValue }

  /// The longest sequence, in tokens.
  public var contextLength: Int { configuration.contextLength }

  /// Whether all weights are of formats that rounded activations can meet: Q4_0, Q4_1 and Q8_0.
  public var canRound: Bool {
    weights.head.hasTiles && weights.blocks.allSatisfy { $0.projections.allSatisfy(\.hasTiles) }
  }

  func block(_ layer: Int) -> Block {
    Block(
      configuration: configuration, weights: weights.blocks[layer], layer: layer, rope: rope,
      compute: compute, arena: arena, scratch: scratch)
  }
}

/// What a loader gathers before a model exists.
struct ModelParts {
  var configuration: Configuration
  var weights: Weights
  var files: [MappedFile]
  var tokenizer: Tokenizer?
  var template: ChatTemplate?
  var templateProblem: ChatTemplateError?

  /// Reads whatever `path` is.
  init(path: String) throws {
    self = try DurableFile.isFolder(path) ? Self.folder(path) : Self.gguf(GGUFFile(path: path))
  }

  init(
    configuration: Configuration, weights: Weights, files: [MappedFile],
    tokenizer: Tokenizer? = nil,
    template: ChatTemplate? = nil, templateProblem: ChatTemplateError? = nil
  ) {
    self.configuration = configuration
    self.weights = weights
    self.files = files
    self.tokenizer = tokenizer
    self.template = template
    self.templateProblem = templateProblem
  }
}
