#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An adapter as a folder: adapter_config.json, adapter_model.safetensors and README.md, as PEFT
/// keeps it.
///
/// This is the files only; what they mean for a model is the adapter's business.
public struct PEFTFolder: Sendable, Equatable {
  /// The configuration.
  public var config: PEFTConfig
  /// The matrices, sorted by name; `default` is dropped from names that hold it.
  public var tensors: [SafetensorsEntry]

  private static let configName = "adapter_config.json"
  private static let tensorsName = "adapter_model.safetensors"
  private static let readmeName = "README.md"

  /// An adapter's files from their parts.
  public init(config: PEFTConfig, tensors: [SafetensorsEntry]) {
    self.config = config
    self.tensors = tensors
  }

  /// Reads the folder at `path`.
  public static func read(_ path: String) throws(ModelFileError) -> PEFTFolder {
    guard DurableFile.exists(path) else { throw .file(.missing(path: path)) }
    let tensors = path + "/" + tensorsName
    for (name, maker) in [("adapter_model.bin", "PyTorch"), ("adapters.safetensors", "MLX")]
    where !DurableFile.exists(tensors) && DurableFile.exists(path + "/" + name) {
      throw .unsupportedSetting(
        path: path, key: name, value: "\(maker)'s own format",
        remedy: "Save the adapter as \(tensorsName) with PEFT.")
    }
    let config = try PEFTConfig(path: path + "/" + configName)
    return PEFTFolder(config: config, tensors: try readTensors(tensors))
  }

  /// Reads the matrices of the file at `path`, sorted by name. Throws where one is not a LoRA
  /// matrix or not finite.
  public static func readTensors(_ path: String) throws(ModelFileError) -> [SafetensorsEntry] {
    let file = try SafetensorsFile(path: path)
    var entries: [PEFTTensorName: SafetensorsEntry] = [:]
    for tensor in file.tensors {
      func malformed(_ expected: String, _ found: String) -> ModelFileError {
        .malformed(path: path, place: .tensor(tensor.name), expected: expected, found: found)
      }
      guard let name = PEFTTensorName(tensor.name) else {
        throw malformed("a LoRA matrix such as …layers.0.self_attn.q_proj.lora_A.weight", "another")
      }
      let values = try file.floats(of: tensor)
      guard values.allSatisfy(\.isFinite) else {
        throw malformed("finite numbers", "an infinity or NaN")
      }
      let entry = SafetensorsEntry(
        name: name.description, shape: tensor.shape, values: values)
      guard entries.updateValue(entry, forKey: name) == nil else {
        throw malformed("each matrix once", "it twice")
      }
    }
    return entries.values.sorted { $0.name < $1.name }
  }

  /// Writes the folder at `path`: whole where it is new, else file by file, tensors first.
  ///
  /// A README.md that is there already is left as it is.
  public func write(to path: String) throws(FileError) {
    if DurableFile.isFolder(path) { return try writeFiles(in: path) }
    guard !DurableFile.exists(path) else {
      throw .unwritable(path: path, reason: "there is a file of that name")
    }
    try DurableFile.makeFolder(DurableFile.folder(of: path))
    let temporary = DurableFile.temporaryName(beside: path)
    try DurableFile.makeFolder(temporary)
    do throws(FileError) {
      try writeFiles(in: temporary)
      try DurableFile.move(temporary, to: path)
    } catch {
      for name in [Self.configName, Self.tensorsName, Self.readmeName] {
        unlink(temporary + "/" + name)
      }
      rmdir(temporary)
      throw error.renamed(path)
    }
  }

  private func writeFiles(in folder: String) throws(FileError) {
    try SafetensorsFile.write(tensors, to: folder + "/" + Self.tensorsName)
    try DurableFile.write(config.text, to: folder + "/" + Self.configName)
    let readme = folder + "/" + Self.readmeName
    if !DurableFile.exists(readme) { try DurableFile.write(card, to: readme) }
  }

  /// The model card, with the head that Hugging Face's hub reads.
  private var card: String {
    let base = config.baseModel ?? "the model it was trained on"
    let head = config.baseModel.map { "base_model: \(JSONValue.string($0).text())\n" } ?? ""
    let layers = config.layers.map { "layers " + $0.map(String.init).joined(separator: ", ") }
    return """
      ---
      \(head)library_name: peft
      tags:
      - lora
      ---
      # LoRA adapter for \(base)

      Made with Attune. Rank \(config.rank), alpha \(PEFTConfig.number(config.alpha).text()), on \
      \(config.targetModules.joined(separator: ", ")) of \(layers ?? "all layers").

      """
  }
}

extension FileError {
  /// The same fault, told of the place the person named instead of a temporary one.
  fileprivate func renamed(_ path: String) -> FileError {
    switch self {
    case .diskFull: .diskFull(path: path)
    case .unwritable(_, let reason): .unwritable(path: path, reason: reason)
    default: self
    }
  }
}
