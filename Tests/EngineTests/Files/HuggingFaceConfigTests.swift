import Engine
import Testing

@Suite("config.json")
struct HuggingFaceConfigTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func config(_ text: String, generation: String? = nil) throws -> HuggingFaceConfig {
    try folder.write("config.json", text)
    if let generation { try folder.write("generation_config.json", generation) }
    return try HuggingFaceConfig(folder: folder.path)
  }

  /// The least a file must say, with more keys.
  private func text(_ more: String = "") -> String {
    """
    {"model_type": "llama", "vocab_size": 320, "hidden_size": 64, "intermediate_size": 96,
     "num_hidden_layers": 3, "num_attention_heads": 4\(more)}
    """
  }

  @Test(arguments: [
    "gemma2", "gemma3_text", "granite", "llama", "llama-linear", "llama-yarn", "llama3-scaled",
    "mistral", "olmo2", "phi3", "qwen2", "qwen3", "smollm3",
  ])
  func readsTheTinyModels(name: String) throws {
    let config = try HuggingFaceConfig(folder: Fixtures.path("tiny/" + name))
    #expect(name.hasPrefix(config.modelType))
    #expect(config.vocabularySize == 320)
    #expect(config.hiddenSize == 64)
    #expect(config.intermediateSize == 96)
    #expect(config.headCount == 4)
    #expect(config.keyValueHeadCount == 2)
    #expect(config.contextLength == 256)
    #expect(config.bos == 1)
    #expect(config.ends == [2])
    #expect(config.dtype == "float32")
  }

  @Test func readsTheNewRopeLayout() throws {
    func rope(_ name: String) throws -> HuggingFaceConfig {
      try HuggingFaceConfig(folder: Fixtures.path("tiny/" + name))
    }
    var wanted = HuggingFaceRope()
    #expect(try rope("llama").rope == wanted)
    (wanted.kind, wanted.factor) = ("linear", 4)
    #expect(try rope("llama-linear").rope == wanted)
    (wanted.kind, wanted.originalContextLength) = ("yarn", 64)
    #expect(try rope("llama-yarn").rope == wanted)
    let scaled = try rope("llama3-scaled").rope
    #expect(scaled.kind == "llama3")
    #expect(scaled.factor == 8)
    #expect(scaled.lowFrequencyFactor == 1)
    #expect(scaled.highFrequencyFactor == 4)
    #expect(scaled.originalContextLength == 16)
    let gemma = try rope("gemma3_text")
    #expect(gemma.rope.theta == 1_000_000)
    #expect(gemma.ropeByLayerKind["sliding_attention"]?.theta == 10_000)
    #expect(gemma.ropeByLayerKind["full_attention"]?.theta == 1_000_000)
    #expect(gemma.activation == "gelu_pytorch_tanh")
    #expect(gemma.tiesWordEmbeddings)
    #expect(try rope("llama3-scaled").headWidth == 24)
    #expect(try rope("llama-linear").attentionBias)
  }

  @Test func readsTheOldLayout() throws {
    let config = try config(
      text(
        """
        , "rope_theta": 500000, "rope_scaling": {"rope_type": "llama3", "factor": 32.0,
          "low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": 8192},
         "torch_dtype": "bfloat16", "rms_norm_eps": 1e-05, "tie_word_embeddings": true,
         "bos_token_id": 128000, "eos_token_id": [128001, 128009], "mlp_bias": false
        """),
      generation: "{\"eos_token_id\": [128008, 128001]}")
    #expect(config.rope.theta == 500_000)
    #expect(config.rope.kind == "llama3")
    #expect(config.rope.factor == 32)
    #expect(config.rope.originalContextLength == 8192)
    #expect(config.ends == [128001, 128008, 128009])
    #expect(config.dtype == "bfloat16")
    #expect(config.normEpsilon == 1e-5)
    #expect(config.tiesWordEmbeddings)
    let older = try self.config(
      text(", \"rope_theta\": 1e4, \"rope_scaling\": {\"type\": \"linear\", \"factor\": 2}"))
    #expect(older.rope.kind == "linear")
    #expect(older.rope.factor == 2)
  }

  @Test func fillsInDefaults() throws {
    let config = try config(text(", \"rope_scaling\": null, \"head_dim\": null"))
    #expect(config.keyValueHeadCount == 4)
    #expect(config.headWidth == 16)
    #expect(config.normEpsilon == 1e-6)
    #expect(config.rope == HuggingFaceRope())
    #expect(config.activation == "silu")
    #expect(config.ends == [])
    #expect(config.bos == nil)
    #expect(!config.tiesWordEmbeddings && !config.attentionBias && !config.mlpBias)
  }

  @Test(arguments: [
    "model_type", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
    "num_attention_heads",
  ])
  func namesAMissingKey(key: String) throws {
    let text = text().replacing("\"\(key)\"", with: "\"other\"")
    #expect(
      throws: ModelFileError.missingKey(path: folder.path + "/config.json", key: key)
    ) {
      try config(text)
    }
  }

  @Test(arguments: [
    ", \"head_dim\": 0", ", \"head_dim\": -8", ", \"head_dim\": 99999999999",
    ", \"num_key_value_heads\": 3", ", \"rope_theta\": 0,\"rope_scaling\": {}",
    ", \"rope_theta\": 1, \"rope_scaling\": {\"factor\": -1}",
  ])
  func refusesSizesThatCannotBe(more: String) throws {
    let error = #expect(throws: ModelFileError.self) { try config(text(more)) }
    if case .malformed(_, .key, _, _) = error {
    } else {
      Issue.record("\(String(describing: error))")
    }
  }

  @Test func refusesWrongKindsAndQuantisedFolders() throws {
    let path = folder.path + "/config.json"
    #expect(
      throws: ModelFileError.wrongKind(
        path: path, key: "rms_norm_eps", expected: "a number", found: "\"small\"")
    ) {
      try config(text(", \"rms_norm_eps\": \"small\""))
    }
    let error = #expect(throws: ModelFileError.self) {
      try config(text(", \"quantization_config\": {\"quant_method\": \"gptq\"}"))
    }
    #expect("\(try #require(error))".contains("gptq"))
    let broken = #expect(throws: ModelFileError.self) { try config("{\n\"a\": 1\n\"b\": 2}") }
    #expect(
      broken
        == .malformed(
          path: path, place: .line(3), expected: "',' or '}'", found: "'\"'"))
  }

  @Test func opensAFolderWithItsWeights() throws {
    let model = try HuggingFaceFolder(path: Fixtures.path("tiny/llama"))
    let name = "model.layers.0.self_attn.k_proj.weight"
    #expect(try model.tensor(name, shape: [32, 64]).floats().count == 32 * 64)
    let wrong = #expect(throws: ModelFileError.self) { try model.tensor(name, shape: [64, 64]) }
    if case .wrongShape(_, name, [64, 64], [32, 64]) = wrong {
    } else {
      Issue.record("\(String(describing: wrong))")
    }
    #expect(throws: ModelFileError.missingTensor(path: model.path, tensor: "none")) {
      try model.tensor("none", shape: [1])
    }
  }
}
