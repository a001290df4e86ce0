import Engine
import Workbench

extension ScriptedModel {
  func bytes(of token: Token) -> [UInt8] { [UInt8(truncatingIfNeeded: token)] }

  /// Every vowel moves, by a nat for each step that made the adapter.
  func movements(
    _ item: TrainingItem, of weights: any TunedWeights, strength: Float, top: Int
  ) throws -> [Movement] {
    item.tokens.indices.filter { item.trained[$0] }.map { index in
      let token = item.tokens[index]
      let moves = "aeiou".utf8.contains(UInt8(truncatingIfNeeded: token))
      return Movement(
        token: token, divergence: moves ? weights.deltaNorm * Double(strength) : 0, before: -2,
        after: moves ? -1 : -2,
        likeliestBefore: [Movement.Candidate(token: token, logProbability: -2)],
        likeliestAfter: [Movement.Candidate(token: token, logProbability: -1)])
    }
  }
}
