/// Reads a GGUF file of the llama architecture.
///
/// Source: ggml's docs/gguf.md for the keys, llama.cpp's llama-arch for the tensors' names.
extension ModelParts {
  static func gguf(_ file: GGUFFile) throws -> ModelParts {
    let architecture = try file.string("general.architecture")
    guard architecture == "llama" else {
      throw ModelFileError.unsupportedSetting(
        path: file.path, key: "general.architecture", value: architecture,
        remedy: "This build runs the llama family; choose a llama, Mistral 7B or SmolLM model.")
    }
    let reader = GGUFModelReader(file: file, architecture: architecture)
    let configuration = try reader.configuration()
    let weights = try reader.weights(configuration)
    let tokenizer = try Tokenizer(TokenizerDescription(file))
    var parts = ModelParts(
      configuration: configuration, weights: weights, files: [file.file], tokenizer: tokenizer)
    if let source = file.metadata["tokenizer.chat_template"]?.string {
      do throws(ChatTemplateError) {
        parts.template = try ChatTemplate(source: source, bosText: reader.bosText(tokenizer))
      } catch {
        parts.templateProblem = error
      }
    }
    return parts
  }
}

private struct GGUFModelReader {
  let file: GGUFFile
  let architecture: String

  private func key(_ name: String) -> String { "\(architecture).\(name)" }

  func bosText(_ tokenizer: Tokenizer) -> String {
    guard let bos = tokenizer.description.bos else { return "" }
    return String(decoding: tokenizer.bytes(of: bos, special: true), as: UTF8.self)
  }

  /// An integer of the model's section, between 1 and `most`.
  private func size(_ name: String, most: Int = 1 << 24, else missing: Int? = nil) throws -> Int {
    if let missing, file.metadata[key(name)] == nil { return missing }
    let value = try file.int(key(name))
    guard (1...most).contains(value) else {
      throw ModelFileError.malformed(
        path: file.path, place: .key(key(name)), expected: "1 to \(most)", found: "\(value)")
    }
    return value
  }

  private func require(_ holds: Bool, _ name: String, _ expected: String, _ found: Int) throws {
    guard holds else {
      throw ModelFileError.malformed(
        path: file.path, place: .key(key(name)), expected: expected, found: "\(found)")
    }
  }

  func configuration() throws -> Configuration {
    if let experts = file.metadata[key("expert_count")]?.int, experts > 0 {
      throw ModelFileError.unsupportedSetting(
        path: file.path, key: key("expert_count"), value: "\(experts)",
        remedy: "Mixtures of experts cannot be run; choose a dense model.")
    }
    let width = try size("embedding_length")
    let heads = try size("attention.head_count", most: 4096)
    let keyValueHeads = try size("attention.head_count_kv", most: 4096, else: heads)
    try require(
      heads % keyValueHeads == 0, "attention.head_count_kv", "a divisor of \(heads)", keyValueHeads)
    let headWidth = try size("attention.key_length", most: 4096, else: max(1, width / heads))
    let valueWidth = try size("attention.value_length", most: 4096, else: headWidth)
    try require(valueWidth == headWidth, "attention.value_length", "\(headWidth)", valueWidth)
    let turned = try size("rope.dimension_count", most: 4096, else: headWidth)
    try require(
      turned == headWidth && turned % 2 == 0, "rope.dimension_count", "\(headWidth)", turned)
    guard let embedding = file.tensor("token_embd.weight"), embedding.dimensions.count == 2 else {
      throw ModelFileError.missingTensor(path: file.path, tensor: "token_embd.weight")
    }
    return Configuration(
      architecture: architecture,
      name: file.metadata["general.name"]?.string ?? Folder.lastPart(of: file.path),
      vocabularySize: embedding.dimensions[1], contextLength: try size("context_length"),
      width: width, hiddenWidth: try size("feed_forward_length"),
      layers: try size("block_count", most: 4096), heads: heads, keyValueHeads: keyValueHeads,
      headWidth: headWidth, normEpsilon: try file.float(key("attention.layer_norm_rms_epsilon")),
      ropeBase: file.metadata[key("rope.freq_base")]?.float ?? 10_000, ropeScaling: try scaling(),
      interleavedRope: true, tiedHead: file.tensor("output.weight") == nil)
  }

  private func scaling() throws -> Configuration.RopeScaling {
    if file.tensor("rope_freqs.weight") != nil {
      throw ModelFileError.unsupportedSetting(
        path: file.path, key: "rope_freqs.weight", value: "present",
        remedy:
          "Llama 3.1's stretched positions cannot be read from GGUF yet; use its safetensors folder."
      )
    }
    let kind = file.metadata[key("rope.scaling.type")]?.string ?? "none"
    switch kind {
    case "none": return .none
    case "linear": return .linear(factor: try file.float(key("rope.scaling.factor")))
    default:
      throw ModelFileError.unsupportedSetting(
        path: file.path, key: key("rope.scaling.type"), value: kind,
        remedy: "This build stretches positions linearly or not at all; choose another model.")
    }
  }

  func weights(_ shape: Configuration) throws -> Weights {
    let embedding = try matrix("token_embd.weight", shape.vocabularySize, shape.width)
    return Weights(
      embedding: embedding,
      head: shape.tiedHead
        ? embedding : try matrix("output.weight", shape.vocabularySize, shape.width),
      finalNorm: try vector("output_norm.weight", shape.width),
      blocks: try (0..<shape.layers).map { layer in
        BlockWeights(
          attentionNorm: try vector("blk.\(layer).attn_norm.weight", shape.width),
          feedForwardNorm: try vector("blk.\(layer).ffn_norm.weight", shape.width),
          projections: try Projection.allCases.map { projection in
            let sizes = shape.shape(of: projection)
            let name = "blk.\(layer).\(Self.names[projection.position])"
            if file.tensor("\(name).bias") != nil {
              throw ModelFileError.unsupportedSetting(
                path: file.path, key: "\(name).bias", value: "present",
                remedy: "Biases cannot be run yet; choose a model without them.")
            }
            return try matrix("\(name).weight", sizes.outputs, sizes.inputs)
          })
      })
  }

  /// llama.cpp's names, in `Projection` order.
  private static let names = [
    "attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down",
  ]

  private func tensor(_ name: String, _ dimensions: [Int]) throws -> GGUFTensor {
    guard let tensor = file.tensor(name) else {
      throw ModelFileError.missingTensor(path: file.path, tensor: name)
    }
    guard tensor.dimensions == dimensions else {
      throw ModelFileError.wrongShape(
        path: file.path, tensor: name, expected: dimensions, found: tensor.dimensions)
    }
    return tensor
  }

  private func matrix(_ name: String, _ rows: Int, _ columns: Int) throws -> WeightMatrix {
    let tensor = try tensor(name, [columns, rows])
    return WeightMatrix(
      format: try file.format(of: tensor), rows: rows, columns: columns,
      bytes: file.bytes(of: tensor),
      owner: file.file)
  }

  private func vector(_ name: String, _ count: Int) throws -> Matrix {
    let tensor = try tensor(name, [count])
    let stored = WeightMatrix(
      format: try file.format(of: tensor), rows: 1, columns: count, bytes: file.bytes(of: tensor),
      owner: file.file)
    return stored.decoded
  }
}
