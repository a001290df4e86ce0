/// The frozen weights of one block.
struct BlockWeights: Sendable {
  /// (1, width)
  var attentionNorm: Matrix
  /// (1, width)
  var feedForwardNorm: Matrix
  /// In `Projection` order.
  var projections: [WeightMatrix]

  subscript(projection: Projection) -> WeightMatrix { projections[projection.position] }
}

/// All frozen weights of a model.
struct Weights: Sendable {
  /// (vocabulary, width)
  var embedding: WeightMatrix
  /// (vocabulary, width); the embedding where tied.
  var head: WeightMatrix
  /// (1, width)
  var finalNorm: Matrix
  var blocks: [BlockWeights]
}
