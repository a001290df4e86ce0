/// What an adapter folder's adapter_config.json says.
///
/// Source: PEFT's `LoraConfig`. What would change the adapter's meaning and is not supported is
/// refused by name; unknown keys are ignored.
public struct PEFTConfig: Sendable, Equatable {
  /// `r`: the rank.
  public var rank: Int
  /// `lora_alpha`.
  public var alpha: Float
  /// `lora_dropout`: how it was trained; it plays no part in running it.
  public var dropout: Float
  /// `use_rslora`: scale = alpha / sqrt(rank) instead of alpha / rank.
  public var rankStabilised: Bool
  /// `target_modules`: names as the file has them, such as `q_proj`, sorted.
  public var targetModules: [String]
  /// `layers_to_transform`, ascending; nil for all layers.
  public var layers: [Int]?
  /// `base_model_name_or_path`.
  public var baseModel: String?
  /// `revision` of the base model.
  public var revision: String?

  /// The configuration of an adapter.
  public init(
    rank: Int, alpha: Float, dropout: Float = 0, rankStabilised: Bool = false,
    targetModules: [String], layers: [Int]? = nil, baseModel: String? = nil,
    revision: String? = nil
  ) {
    self.rank = rank
    self.alpha = alpha
    self.dropout = dropout
    self.rankStabilised = rankStabilised
    self.targetModules = targetModules.sorted()
    self.layers = layers?.sorted()
    self.baseModel = baseModel
    self.revision = revision
  }

  /// Reads the file at `path`. Throws where a setting is missing, wrong or not supported.
  public init(path: String) throws(ModelFileError) {
    try self.init(JSONSettings(path: path))
  }

  init(_ settings: JSONSettings) throws(ModelFileError) {
    try Self.refuseUnsupported(settings)
    rank = try settings.size("r")
    guard rank <= 1 << 16 else {
      throw .malformed(
        path: settings.path, place: .key("r"), expected: "a rank up to 65536", found: "\(rank)")
    }
    guard let alpha = try settings.float("lora_alpha") else {
      throw .missingKey(path: settings.path, key: "lora_alpha")
    }
    guard alpha.isFinite else {
      throw .malformed(
        path: settings.path, place: .key("lora_alpha"), expected: "a finite number",
        found: "\(alpha)")
    }
    self.alpha = alpha
    dropout = try settings.float("lora_dropout") ?? 0
    rankStabilised = try settings.bool("use_rslora") ?? false
    targetModules = try Self.targetModules(settings)
    layers = try settings.ints("layers_to_transform")?.sorted()
    if let first = layers?.first, first < 0 {
      throw .malformed(
        path: settings.path, place: .key("layers_to_transform"),
        expected: "layers counted from 0", found: "\(first)")
    }
    baseModel = try settings.string("base_model_name_or_path")
    revision = try settings.string("revision")
  }

  /// The file's text: sorted keys, one a line, ending in a newline.
  public var text: String {
    let object: JSONObject = [
      "alpha_pattern": .object([:]),
      "base_model_name_or_path": .optional(baseModel),
      "bias": .string("none"),
      "inference_mode": .bool(true),
      "layers_to_transform": layers.map { .array($0.map { .integer($0) }) } ?? .null,
      "lora_alpha": Self.number(alpha),
      "lora_dropout": Self.number(dropout),
      "peft_type": .string("LORA"),
      "r": .integer(rank),
      "rank_pattern": .object([:]),
      "revision": .optional(revision),
      "target_modules": .array(targetModules.map { .string($0) }),
      "task_type": .string("CAUSAL_LM"),
      "use_dora": .bool(false),
      "use_rslora": .bool(rankStabilised),
    ]
    return JSONValue.object(object).lines(sortedKeys: true) + "\n"
  }

  // PEFT declares alpha an integer, so 16 is written, not 16.0.
  static func number(_ value: Float) -> JSONValue {
    Int(exactly: value).map { .integer($0) } ?? .number(value)
  }

  private static func targetModules(_ settings: JSONSettings) throws(ModelFileError) -> [String] {
    if let pattern = settings.object["target_modules"]?.string {
      throw .unsupportedSetting(
        path: settings.path, key: "target_modules", value: quoted(pattern),
        remedy: "Write the modules as a list, such as [\"q_proj\", \"v_proj\"].")
    }
    guard let modules = try settings.strings("target_modules"), !modules.isEmpty else {
      throw .missingKey(path: settings.path, key: "target_modules")
    }
    return modules.sorted()
  }
}

extension PEFTConfig {
  private static func refuseUnsupported(_ settings: JSONSettings) throws(ModelFileError) {
    func refuse(_ key: String, _ remedy: String) -> ModelFileError {
      let value = settings.object[key]?.text() ?? "null"
      return .unsupportedSetting(
        path: settings.path, key: key, value: printable(value), remedy: remedy)
    }
    let plain = "Train or export it as a plain LoRA."
    guard let type = try settings.string("peft_type") else {
      throw .missingKey(path: settings.path, key: "peft_type")
    }
    guard type == "LORA" else { throw refuse("peft_type", plain) }
    if let bias = try settings.string("bias"), bias != "none" {
      throw refuse("bias", "Train it with bias \"none\".")
    }
    for key in ["use_dora", "use_qalora", "lora_bias", "fan_in_fan_out"]
    where try settings.bool(key) == true {
      throw refuse(key, plain)
    }
    for key in ["rank_pattern", "alpha_pattern", "exclude_modules", "target_parameters"]
    where !isEmpty(settings.object[key]) {
      throw refuse(key, "Use one rank and alpha for all modules in target_modules.")
    }
    for key in [
      "modules_to_save", "layer_replication", "trainable_token_indices", "alora_invocation_tokens",
    ] where !isEmpty(settings.object[key]) {
      throw refuse(key, plain)
    }
    // These change the foundation's weights too, so the matrices alone are not the adapter.
    if let start = settings.object["init_lora_weights"]?.string {
      for kind in ["pissa", "olora", "loftq", "corda", "lora_ga"] where start.hasPrefix(kind) {
        throw refuse("init_lora_weights", "Convert it to a plain LoRA when saving.")
      }
    }
  }

  private static func isEmpty(_ value: JSONValue?) -> Bool {
    switch value {
    case nil, .null?, .bool(false)?: true
    case .array(let values)?: values.isEmpty
    case .object(let object)?: object.isEmpty
    case .string(let text)?: text.isEmpty
    default: false
    }
  }
}
