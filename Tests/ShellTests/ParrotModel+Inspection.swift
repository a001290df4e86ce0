import Engine
import Workbench

extension ParrotModel {
  /// The parrot's examples are all of one word.
  func bytes(of token: Token) -> [UInt8] { Array(" Arr!".utf8) }

  /// The first word moves by four nats, each later one by half as much as the one before.
  func movements(
    _ item: TrainingItem, of weights: any TunedWeights, strength: Float, top: Int
  ) throws -> [Movement] {
    let places = item.tokens.indices.filter { item.trained[$0] }
    return places.enumerated().map { place, index in
      let token = item.tokens[index]
      return Movement(
        token: token, divergence: 4 / Double(1 << min(place, 20)), before: -2, after: -0.5,
        likeliestBefore: [Movement.Candidate(token: token, logProbability: -2)],
        likeliestAfter: [Movement.Candidate(token: token, logProbability: -0.5)])
    }
  }
}

extension ParrotModel {
  var ends: Set<Token> { [] }
  var bos: Token? { nil }

  /// Every other example pulls the other way.
  func gradientSketches(
    _ items: [TrainingItem], of weights: any TunedWeights, seed: UInt64, progress: (Int) -> Bool
  ) throws -> [GradientSketch] {
    var sketches: [GradientSketch] = []
    for index in items.indices {
      sketches.append(
        GradientSketch(loss: 2, norm: 1, numbers: [index % 2 == 0 ? 1 : -1, Float(index)]))
      beforeStep()
      if !progress(sketches.count) { break }
    }
    return sketches
  }
}

extension ParrotModel {
  /// The weighted sum of what the parrots were told.
  func blend(_ parts: [(any TunedWeights, Float)], recipe: Recipe) throws -> any TunedWeights {
    let steps = parts.reduce(Float(0)) { $0 + Float(($1.0 as? ParrotWeights)?.steps ?? 0) * $1.1 }
    return ParrotWeights(steps: max(0, Int(steps.rounded())))
  }
}
