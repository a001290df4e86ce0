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
