package import Engine

/// What is found in where examples pull the adapter.
package struct GradientLints {
  /// Two examples fight below this cosine. Unrelated ones stand near 0, and of one style well above.
  static let fight = -0.15
  /// Two examples are alike from this cosine on.
  static let alike = 0.95
  /// An example is learnt at this mean loss, nats a trained token.
  static let learnt = 0.05
  /// An example adds nothing where it pulls with less than this share of what the middle one does.
  static let weak = 0.02
  /// The most pairs that are told, the clearest first.
  static let mostPairs = 20

  /// The findings of examples with these ids.
  package static func findings(_ ids: [Int], _ sketches: [GradientSketch]) -> [Finding] {
    let norms = sketches.map(\.norm).sorted()
    let middle = norms.isEmpty ? 0 : norms[norms.count / 2]
    let isFeeble = sketches.map { $0.norm < weak * middle }
    // A pair that fights over one token may have learnt all others, so what is learnt may fight, but is like nothing.
    let isLearnt = sketches.indices.map { isFeeble[$0] || sketches[$0].loss <= learnt }
    var fights: [(Finding, Double)] = []
    var alikes: [(Finding, Double)] = []
    var fighters: Set<Int> = []
    for i in sketches.indices where !isFeeble[i] {
      for j in sketches.indices[(i + 1)...] where !isFeeble[j] {
        let cosine = sketches[i].cosine(sketches[j])
        if cosine < fight {
          fights.append((.fights(ids[i], ids[j], cosine: cosine), cosine))
          fighters.formUnion([i, j])
        } else if cosine >= alike, !isLearnt[i], !isLearnt[j] {
          alikes.append((.alike(ids[i], ids[j], cosine: cosine), -cosine))
        }
      }
    }
    func clearest(_ pairs: [(Finding, Double)]) -> [Finding] {
      // Stable where cosines are equal, since the pairs' order decides then.
      pairs.enumerated().sorted { ($0.1.1, $0.0) < ($1.1.1, $1.0) }.prefix(mostPairs).map(\.1.0)
    }
    let nothing = sketches.indices.filter { isLearnt[$0] && !fighters.contains($0) }.map {
      Finding.addsNothing(ids[$0], loss: sketches[$0].loss)
    }
    return clearest(fights) + clearest(alikes) + nothing
  }
}
