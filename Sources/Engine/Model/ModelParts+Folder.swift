/// Reads a Hugging Face folder of the llama family: config.json and safetensors, no tokenizer.
///
/// Source: transformers' modeling_llama for the tensors' names and shapes.
extension ModelParts {
  static func folder(_ path: String) throws -> ModelParts {
    let folder = try HuggingFaceFolder(path: path)
    let reader = FolderModelReader(folder: folder)
    let configuration = try reader.configuration()
    return ModelParts(
      configuration: configuration, weights: try reader.weights(configuration),
      files: folder.weights.files.map(\.file))
  }
}

private struct FolderModelReader {
  let folder: HuggingFaceFolder

  private var config: HuggingFaceConfig { folder.config }

  private func refuse(_ key: String, _ value: String, _ remedy: String) -> ModelFileError {
    .unsupportedSetting(
      path: folder.path + "/config.json", key: key, value: value, remedy: remedy)
  }

  func configuration() throws -> Configuration {
    guard config.modelType == "llama" else {
      throw refuse(
        "model_type", config.modelType, "This build runs the llama family; choose a llama model.")
    }
    guard !config.attentionBias, !config.mlpBias else {
      throw refuse(
        config.attentionBias ? "attention_bias" : "mlp_bias", "true",
        "Biases cannot be run yet; choose a model without them.")
    }
    guard config.activation == "silu" else {
      throw refuse("hidden_act", config.activation, "The llama family uses silu.")
    }
    guard config.headWidth % 2 == 0, config.headCount % config.keyValueHeadCount == 0 else {
      throw refuse(
        "num_key_value_heads", "\(config.keyValueHeadCount)",
        "It must divide num_attention_heads, and head_dim must be even.")
    }
    return Configuration(
      architecture: config.modelType, name: Folder.lastPart(of: folder.path),
      vocabularySize: config.vocabularySize, contextLength: config.contextLength,
      width: config.hiddenSize, hiddenWidth: config.intermediateSize, layers: config.layerCount,
      heads: config.headCount, keyValueHeads: config.keyValueHeadCount, headWidth: config.headWidth,
      normEpsilon: config.normEpsilon, ropeBase: config.rope.theta, ropeScaling: try scaling(),
      interleavedRope: false, tiedHead: config.tiesWordEmbeddings)
  }

  private func scaling() throws -> Configuration.RopeScaling {
    let rope = config.rope
    switch rope.kind {
    case "default": return .none
    case "linear":
      guard let factor = rope.factor, factor > 0 else {
        throw refuse("rope_scaling.factor", "missing", "Linear scaling needs a factor.")
      }
      return .linear(factor: factor)
    case "llama3":
      guard let factor = rope.factor, let low = rope.lowFrequencyFactor,
        let high = rope.highFrequencyFactor, let original = rope.originalContextLength,
        factor > 0, high > low, original > 0
      else {
        throw refuse(
          "rope_scaling", "incomplete",
          "llama3 scaling needs factor, low_freq_factor, "
            + "high_freq_factor and original_max_position_embeddings.")
      }
      return .llama3(
        factor: factor, lowFrequency: low, highFrequency: high, originalContext: Float(original))
    default:
      throw refuse("rope_type", rope.kind, "This build knows default, linear and llama3.")
    }
  }

  func weights(_ shape: Configuration) throws -> Weights {
    let embedding = try matrix("model.embed_tokens.weight", shape.vocabularySize, shape.width)
    return Weights(
      embedding: embedding,
      head: shape.tiedHead
        ? embedding : try matrix("lm_head.weight", shape.vocabularySize, shape.width),
      finalNorm: try vector("model.norm.weight", shape.width),
      blocks: try (0..<shape.layers).map { layer in
        let name = "model.layers.\(layer)."
        return BlockWeights(
          attentionNorm: try vector(name + "input_layernorm.weight", shape.width),
          feedForwardNorm: try vector(name + "post_attention_layernorm.weight", shape.width),
          projections: try Projection.allCases.map { projection in
            let sizes = shape.shape(of: projection)
            return try matrix(
              "\(name)\(projection.modulePath).weight", sizes.outputs, sizes.inputs)
          })
      })
  }

  private func matrix(_ name: String, _ rows: Int, _ columns: Int) throws -> WeightMatrix {
    let located = try folder.tensor(name, shape: [rows, columns])
    return WeightMatrix(
      format: try located.file.format(of: located.tensor), rows: rows, columns: columns,
      bytes: located.bytes, owner: located.file.file)
  }

  private func vector(_ name: String, _ count: Int) throws -> Matrix {
    let located = try folder.tensor(name, shape: [count])
    let stored = WeightMatrix(
      format: try located.file.format(of: located.tensor), rows: 1, columns: count,
      bytes: located.bytes, owner: located.file.file)
    return stored.decoded
  }
}
