/// How much two texts have in common: chrF, the F-score of character n-grams of one to six (Popović 2015, "chrF:
/// character n-gram F-score for automatic MT evaluation"), with recall counted twice as much as precision (chrF2).
///
/// White space is left out, and so are lengths that one of the texts has no n-gram of, as sacreBLEU's default does, which
/// gives the same figures times 100. Deterministic, without a model, and fit for any language.
package enum Similarity {
  private static let longest = 6
  /// Squared weight of recall over precision: beta 2.
  private static let beta2 = 4.0

  /// From 0, nothing in common, to 1, the same but for white space.
  package static func chrF(_ text: String, reference: String) -> Double {
    let (text, reference) = (scalars(text), scalars(reference))
    var precision = 0.0
    var recall = 0.0
    var orders = 0.0
    for length in 1...longest where text.count >= length && reference.count >= length {
      let ours = counts(text, length)
      let theirs = counts(reference, length)
      let common = ours.reduce(0) { $0 + min($1.value, theirs[$1.key] ?? 0) }
      precision += Double(common) / Double(text.count - length + 1)
      recall += Double(common) / Double(reference.count - length + 1)
      orders += 1
    }
    guard precision + recall > 0 else { return text.isEmpty && reference.isEmpty ? 1 : 0 }
    precision /= orders
    recall /= orders
    return (1 + beta2) * precision * recall / (beta2 * precision + recall)
  }

  private static func scalars(_ text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.filter { !$0.properties.isWhitespace }
  }

  private static func counts(_ scalars: [Unicode.Scalar], _ length: Int) -> [ArraySlice<
    Unicode.Scalar
  >: Int] {
    var counts: [ArraySlice<Unicode.Scalar>: Int] = [:]
    for start in 0...scalars.count - length {
      counts[scalars[start..<start + length], default: 0] += 1
    }
    return counts
  }
}
