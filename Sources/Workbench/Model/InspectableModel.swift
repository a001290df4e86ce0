public import Engine

/// What the workbench asks of a model to look into replies and examples.
public protocol InspectableModel: AnyObject {
  /// The bytes a token stands for; a special token is spelled out.
  func bytes(of token: Token) -> [UInt8]
  /// The tokens that end a reply.
  var ends: Set<Token> { get }
  /// The token that begins a text, where the vocabulary has one.
  var bos: Token? { get }
  /// How far `weights` move the distribution of each of the item's trained tokens from the foundation's, and the `top`
  /// likeliest tokens of both.
  func movements(
    _ item: TrainingItem, of weights: any TunedWeights, strength: Float, top: Int
  ) throws -> [Movement]
  /// Where each item pulls `weights`; `progress` is told the items done and answers whether to go on.
  func gradientSketches(
    _ items: [TrainingItem], of weights: any TunedWeights, seed: UInt64, progress: (Int) -> Bool
  ) throws -> [GradientSketch]
}
