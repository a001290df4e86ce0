/// What a model, adapter or tensor file holds: `attune inspect`.
///
/// Works on files that this build cannot run, too; only a damaged file throws.
public struct FileSummary: Sendable, Equatable, Encodable {
  /// What a path turned out to be.
  public enum Kind: String, Sendable, Encodable {
    /// A GGUF file with weights.
    case model
    /// A GGUF file with a tokenizer and no weights.
    case vocabulary
    /// A GGUF or PEFT adapter.
    case adapter
    /// A safetensors file by itself.
    case tensors
  }

  /// One tensor.
  public struct Tensor: Sendable, Equatable, Encodable {
    /// Its name.
    public let name: String
    /// How its numbers are stored: `Q4_1`.
    public let format: String
    /// Sizes, the last running fastest.
    public let shape: [Int]
    /// How many bytes it takes.
    public let bytes: Int
  }

  /// All tensors of one format together.
  public struct Share: Sendable, Equatable, Encodable {
    /// The format.
    public let format: String
    /// Whether this build runs it.
    public let runs: Bool
    /// How many tensors have it.
    public let tensors: Int
    /// How many numbers they hold.
    public let parameters: Int
    /// How many bytes they take.
    public let bytes: Int
  }

  /// What it is.
  public let kind: Kind
  /// The path it was opened by.
  public let path: String
  /// How it is stored: `GGUF version 3`.
  public let storage: String
  /// How many bytes its files take.
  public let bytes: Int
  /// The model's architecture, where the file says.
  public let architecture: String?
  /// The model's name; for an adapter, the model it was trained on.
  public let name: String?
  /// How many numbers all tensors hold.
  public let parameters: Int
  /// The formats, those with the most bytes first.
  public let formats: [Share]
  /// Everything the file says about itself.
  public let metadata: [String: MetadataValue]
  /// All tensors in the file's order.
  public let tensors: [Tensor]

  /// Looks into the file or folder at `path`.
  public init(path: String) throws(ModelFileError) {
    if DurableFile.isFolder(path) {
      try self.init(folder: path)
      return
    }
    let file: MappedFile
    do { file = try MappedFile(path: path) } catch { throw .file(error) }
    // A safetensors header is JSON after eight bytes of length.
    let isJSON = file.count > 8 && file.bytes[8] == UInt8(ascii: "{")
    if !GGUFFile.isGGUF(file), isJSON || path.hasSuffix(".safetensors") {
      self.init(try SafetensorsFile(path: path))
    } else {
      self.init(try GGUFFile(file))
    }
  }

  /// What an opened GGUF file holds.
  public init(_ file: GGUFFile) {
    let type = file.metadata["general.type"]?.string
    self.init(
      kind: type == "adapter" ? .adapter : file.tensors.isEmpty ? .vocabulary : .model,
      path: file.path, storage: "GGUF version \(file.version)", bytes: file.file.count,
      architecture: file.metadata["general.architecture"]?.string,
      name: file.metadata["general.name"]?.string,
      metadata: file.metadata.mapValues { MetadataValue($0) },
      tensors: file.tensors.map {
        Tensor(
          name: $0.name, format: $0.type.name, shape: $0.dimensions.reversed(),
          bytes: $0.byteCount)
      })
  }

  private init(_ file: SafetensorsFile) {
    self.init(
      kind: .tensors, path: file.path, storage: "safetensors", bytes: file.file.count,
      architecture: nil, name: nil, metadata: file.metadata.mapValues { .text($0) },
      tensors: Self.tensors(file))
  }

  private init(folder: String) throws(ModelFileError) {
    let adapter = folder + "/adapter_config.json"
    guard !DurableFile.exists(adapter) else {
      let settings = try JSONSettings(path: adapter)
      let file = try SafetensorsFile(path: folder + "/adapter_model.safetensors")
      self.init(
        kind: .adapter, path: folder, storage: "PEFT folder", bytes: file.file.count,
        architecture: nil, name: settings.object["base_model_name_or_path"]?.string,
        metadata: Self.metadata(settings), tensors: Self.tensors(file))
      return
    }
    let settings = try JSONSettings(path: folder + "/config.json")
    let weights = try SafetensorsShards(folder: folder)
    self.init(
      kind: .model, path: folder, storage: "Hugging Face folder", bytes: weights.byteCount,
      architecture: settings.object["model_type"]?.string,
      name: settings.object["_name_or_path"]?.string, metadata: Self.metadata(settings),
      tensors: weights.files.flatMap(Self.tensors))
  }

  private init(
    kind: Kind, path: String, storage: String, bytes: Int, architecture: String?, name: String?,
    metadata: [String: MetadataValue], tensors: [Tensor]
  ) {
    self.kind = kind
    self.path = path
    self.storage = storage
    self.bytes = bytes
    self.architecture = architecture
    self.name = name
    self.metadata = metadata
    self.tensors = tensors
    formats = Self.shares(tensors)
    parameters = formats.reduce(0) { $0 &+ $1.parameters }
  }

  private static func tensors(_ file: SafetensorsFile) -> [Tensor] {
    file.tensors.map {
      Tensor(name: $0.name, format: $0.dtype, shape: $0.shape, bytes: $0.byteCount)
    }
  }

  private static func metadata(_ settings: JSONSettings) -> [String: MetadataValue] {
    let members = settings.object.members.filter { $0.value != .null }
    return Dictionary(uniqueKeysWithValues: members.map { ($0.key, MetadataValue($0.value)) })
  }

  private static func shares(_ tensors: [Tensor]) -> [Share] {
    let runnable = Set(TensorFormat.allCases.map(\.name))
    return Dictionary(grouping: tensors, by: \.format).map { format, group in
      Share(
        format: format, runs: runnable.contains(format), tensors: group.count,
        // Wrapping, as tensors of a hostile file may claim the same bytes many times over.
        parameters: group.reduce(0) { $0 &+ $1.shape.reduce(1, &*) },
        bytes: group.reduce(0) { $0 &+ $1.bytes })
    }
    .sorted { ($1.bytes, $0.format) < ($0.bytes, $1.format) }
  }
}
