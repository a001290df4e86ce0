public import Engine

extension EngineModel {
  /// The bytes a token stands for; a special token is spelled out.
  public func bytes(of token: Token) -> [UInt8] {
    model.tokenizer?.bytes(of: token, special: true) ?? Array("<\(token)>".utf8)
  }

  /// How far `weights` move each trained token's distribution.
  public func movements(
    _ item: TrainingItem, of weights: any TunedWeights, strength: Float, top: Int
  ) throws -> [Movement] {
    guard let adapter = adapter(weights) else { return [] }
    return try model.movements(item, of: adapter, strength: strength, top: top)
  }
}
