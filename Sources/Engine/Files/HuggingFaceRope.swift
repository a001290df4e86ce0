/// Rotary position settings of a model folder.
///
/// Source: transformers' `rope_parameters` (version 5) and its older `rope_theta` with
/// `rope_scaling`. Fields that a kind does not use are nil.
public struct HuggingFaceRope: Sendable, Equatable {
  /// `rope_type`: `default`, `linear`, `llama3`, `yarn`, `dynamic`, `longrope`.
  public var kind = "default"
  /// `rope_theta`: the base of the frequencies.
  public var theta: Float = 10_000
  /// `factor`: how much longer the context got.
  public var factor: Float?
  /// `original_max_position_embeddings`: tokens it was trained with at first.
  public var originalContextLength: Int?
  /// `low_freq_factor` of llama3.
  public var lowFrequencyFactor: Float?
  /// `high_freq_factor` of llama3.
  public var highFrequencyFactor: Float?
  /// `attention_factor` of yarn and longrope.
  public var attentionFactor: Float?
  /// `beta_fast` of yarn.
  public var betaFast: Float?
  /// `beta_slow` of yarn.
  public var betaSlow: Float?
  /// `mscale` of yarn.
  public var mscale: Float?
  /// `mscale_all_dim` of yarn.
  public var mscaleAllDimensions: Float?
  /// `truncate` of yarn: whether the correction range is rounded to whole dimensions.
  public var truncates: Bool?
  /// `partial_rotary_factor`: the part of each head that turns.
  public var partialFactor: Float?

  /// Plain rotary positions.
  public init() {}

  /// The settings for all layers, and by layer kind where the file tells them apart.
  static func read(
    _ settings: JSONSettings
  ) throws(ModelFileError) -> (all: HuggingFaceRope, byLayerKind: [String: HuggingFaceRope]) {
    var base = HuggingFaceRope()
    base.theta = try settings.float("rope_theta") ?? base.theta
    base.partialFactor = try settings.float("partial_rotary_factor")
    // Phi-3 and some older files keep it at the top.
    base.originalContextLength = try settings.optionalSize("original_max_position_embeddings")
    let older = try settings.settings("rope_scaling")
    guard let inner = try settings.settings("rope_parameters") ?? older else { return (base, [:]) }

    var kinds: [String: HuggingFaceRope] = [:]
    for member in inner.object.members {
      guard let object = member.value.object else { continue }
      kinds[member.key] = try base.overlaid(by: JSONSettings(path: inner.path, object: object))
    }
    if !kinds.isEmpty, inner.object["rope_type"] ?? .null == .null {
      return (kinds["full_attention"] ?? base, kinds)
    }
    return (try base.overlaid(by: inner), [:])
  }

  private func overlaid(by inner: JSONSettings) throws(ModelFileError) -> HuggingFaceRope {
    var rope = self
    let older = try inner.string("type")
    rope.kind = try inner.string("rope_type") ?? older ?? kind
    rope.theta = try inner.float("rope_theta") ?? theta
    rope.factor = try inner.float("factor")
    rope.originalContextLength =
      try inner.optionalSize("original_max_position_embeddings") ?? originalContextLength
    rope.lowFrequencyFactor = try inner.float("low_freq_factor")
    rope.highFrequencyFactor = try inner.float("high_freq_factor")
    rope.attentionFactor = try inner.float("attention_factor")
    rope.betaFast = try inner.float("beta_fast")
    rope.betaSlow = try inner.float("beta_slow")
    rope.mscale = try inner.float("mscale")
    rope.mscaleAllDimensions = try inner.float("mscale_all_dim")
    rope.truncates = try inner.bool("truncate")
    rope.partialFactor = try inner.float("partial_rotary_factor") ?? partialFactor
    guard rope.theta > 0, rope.theta.isFinite, (rope.factor ?? 1) > 0 else {
      throw .malformed(
        path: inner.path, place: .key("rope_theta"), expected: "theta and factor above 0",
        found: "\(rope.theta) and \(rope.factor ?? 1)")
    }
    return rope
  }
}
