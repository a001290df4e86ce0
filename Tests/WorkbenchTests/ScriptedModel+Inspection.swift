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

extension ScriptedModel {
  /// A line ends a reply, and a ^ begins a text.
  var ends: Set<Token> { [10] }
  var bos: Token? { 94 }

  /// Items pull apart by their last letters: each letter has a place of its own, in capitals they pull the other way.
  func gradientSketches(
    _ items: [TrainingItem], of weights: any TunedWeights, seed: UInt64, progress: (Int) -> Bool
  ) throws -> [GradientSketch] {
    var sketches: [GradientSketch] = []
    for item in items {
      let letter = item.tokens.last { $0 != 10 } ?? 0
      var numbers = [Float](repeating: 0, count: 32)
      numbers[Int(letter) % 32] = letter < 97 ? -1 : 1
      sketches.append(
        GradientSketch(loss: letter == 122 ? 0.01 : 2, norm: 1, numbers: numbers))
      if !progress(sketches.count) { break }
    }
    return sketches
  }
}

extension ScriptedModel {
  func blend(_ parts: [(any TunedWeights, Float)], recipe: Recipe) throws -> any TunedWeights {
    ScriptedWeights(
      ["blend of rank \(recipe.rank)"] + parts.map { "\($0.1) of \($0.0.hash.prefix(8))" })
  }
}
