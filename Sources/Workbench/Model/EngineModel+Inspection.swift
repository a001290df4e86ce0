public import Engine

extension EngineModel {
  /// The bytes a token stands for; a special token is spelled out.
  public func bytes(of token: Token) -> [UInt8] {
    model.tokenizer?.bytes(of: token, special: true) ?? Array("<\(token)>".utf8)
  }

  /// The tokens that end a reply.
  public var ends: Set<Token> { model.tokenizer?.description.ends ?? [] }
  /// The token that begins a text.
  public var bos: Token? { model.tokenizer?.description.bos }

  /// How far `weights` move each trained token's distribution.
  public func movements(
    _ item: TrainingItem, of weights: any TunedWeights, strength: Float, top: Int
  ) throws -> [Movement] {
    guard let adapter = adapter(weights) else { return [] }
    return try model.movements(item, of: adapter, strength: strength, top: top)
  }

  /// Where each item pulls `weights`.
  public func gradientSketches(
    _ items: [TrainingItem], of weights: any TunedWeights, seed: UInt64, progress: (Int) -> Bool
  ) throws -> [GradientSketch] {
    guard let adapter = adapter(weights) else { return [] }
    return try model.gradientSketches(items, of: adapter, seed: seed, progress: progress)
  }
}
