/// What a model folder's config.json says, with Hugging Face's defaults filled in.
///
/// Source: transformers' `LlamaConfig` and its kin. Fields of other architectures are in
/// `settings`.
public struct HuggingFaceConfig: Sendable, Equatable {
  /// `model_type`: `llama`.
  public let modelType: String
  /// `architectures`: `LlamaForCausalLM`.
  public let architectures: [String]
  /// `vocab_size`.
  public let vocabularySize: Int
  /// `max_position_embeddings`: tokens.
  public let contextLength: Int
  /// `hidden_size`.
  public let hiddenSize: Int
  /// `intermediate_size`.
  public let intermediateSize: Int
  /// `num_hidden_layers`.
  public let layerCount: Int
  /// `num_attention_heads`.
  public let headCount: Int
  /// `num_key_value_heads`; as many as heads where the file has none.
  public let keyValueHeadCount: Int
  /// `head_dim`; `hidden_size / num_attention_heads` where the file has none.
  public let headWidth: Int
  /// `rms_norm_eps`.
  public let normEpsilon: Float
  /// How positions turn queries and keys.
  public let rope: HuggingFaceRope
  /// `rope_parameters` by layer kind (`full_attention`), where a model has more than one.
  public let ropeByLayerKind: [String: HuggingFaceRope]
  /// `tie_word_embeddings`: the head is the embedding.
  public let tiesWordEmbeddings: Bool
  /// `attention_bias`: q, k, v and o have one.
  public let attentionBias: Bool
  /// `mlp_bias`: gate, up and down have one.
  public let mlpBias: Bool
  /// `hidden_act` or `hidden_activation`: `silu`.
  public let activation: String
  /// `bos_token_id`.
  public let bos: Int?
  /// `eos_token_id` of config.json and generation_config.json together, ascending.
  public let ends: [Int]
  /// `dtype` or `torch_dtype`, as written.
  public let dtype: String?
  /// Every setting of the file, for what only some architectures have.
  public let settings: JSONSettings

  /// Reads config.json, and generation_config.json if it is there, in the folder at `folder`.
  public init(folder: String) throws(ModelFileError) {
    let settings = try JSONSettings(path: folder + "/config.json")
    let generation = folder + "/generation_config.json"
    try self.init(
      settings,
      generation: DurableFile.exists(generation) ? JSONSettings(path: generation) : nil)
  }

  init(_ settings: JSONSettings, generation: JSONSettings?) throws(ModelFileError) {
    guard let modelType = try settings.string("model_type") else {
      throw .missingKey(path: settings.path, key: "model_type")
    }
    if let quantised = try settings.settings("quantization_config") {
      let method = try quantised.string("quant_method") ?? "an unknown method"
      throw .unsupportedSetting(
        path: settings.path, key: "quantization_config", value: quoted(method),
        remedy: "Use the model's unquantised folder, or its GGUF file.")
    }
    self.settings = settings
    self.modelType = modelType
    architectures = try settings.strings("architectures") ?? []
    vocabularySize = try settings.size("vocab_size")
    contextLength = try settings.optionalSize("max_position_embeddings") ?? 2048
    hiddenSize = try settings.size("hidden_size")
    intermediateSize = try settings.size("intermediate_size")
    layerCount = try settings.size("num_hidden_layers")
    headCount = try settings.size("num_attention_heads")
    keyValueHeadCount = try settings.optionalSize("num_key_value_heads") ?? headCount
    guard headCount % keyValueHeadCount == 0 else {
      throw .malformed(
        path: settings.path, place: .key("num_key_value_heads"),
        expected: "a divisor of the \(headCount) heads", found: "\(keyValueHeadCount)")
    }
    headWidth = try Self.headWidth(settings, hiddenSize: hiddenSize, heads: headCount)
    normEpsilon = try settings.float("rms_norm_eps") ?? 1e-6
    (rope, ropeByLayerKind) = try HuggingFaceRope.read(settings)
    // Gemma's configurations leave the key out, as true is their default.
    tiesWordEmbeddings =
      try settings.bool("tie_word_embeddings") ?? modelType.hasPrefix("gemma")
    attentionBias = try settings.bool("attention_bias") ?? false
    mlpBias = try settings.bool("mlp_bias") ?? false
    let (older, newer) = (
      try settings.string("hidden_act"), try settings.string("hidden_activation")
    )
    activation = newer ?? older ?? "silu"
    bos = try settings.ints("bos_token_id")?.first
    var ends = Set(try settings.ints("eos_token_id") ?? [])
    if let generation { ends.formUnion(try generation.ints("eos_token_id") ?? []) }
    self.ends = ends.sorted()
    let (dtype, torch) = (try settings.string("dtype"), try settings.string("torch_dtype"))
    self.dtype = dtype ?? torch
  }

  private static func headWidth(
    _ settings: JSONSettings, hiddenSize: Int, heads: Int
  ) throws(ModelFileError) -> Int {
    if let width = try settings.optionalSize("head_dim") { return width }
    guard hiddenSize % heads == 0 else {
      throw .malformed(
        path: settings.path, place: .key("num_attention_heads"),
        expected: "a divisor of hidden_size \(hiddenSize), as there is no head_dim",
        found: "\(heads)")
    }
    return hiddenSize / heads
  }
}
