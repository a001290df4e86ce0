package import Workbench

/// Two bursts side by side; nil is the foundation.
struct Sides: Equatable {
  var left: Int?
  var right: Int?
}

extension Words {
  /// The words at the start that name bursts, `count` at most, and the text after them.
  package func references(atMost count: Int) throws(UsageError) -> (
    references: [BurstReference], rest: String
  ) {
    var references: [BurstReference] = []
    var rest = text[...]
    while references.count < count, rest.hasPrefix("@") {
      let word = String(rest.prefix { !$0.isWhitespace })
      guard let reference = BurstReference(word) else { throw .notABurst(word) }
      references.append(reference)
      rest = rest.dropFirst(word.count).drop(while: \.isWhitespace)
    }
    return (references, String(rest))
  }
}

extension Console {
  /// The burst that `word` names; nil is the foundation.
  func burst(_ word: String) throws -> Int? {
    guard let reference = BurstReference(word) else { throw UsageError.notABurst(word) }
    return try workbench.session.resolve(reference)
  }

  /// The two sides that a line names, and the text after them. Without names: the foundation and the burst in use; with
  /// one, that one and the burst in use.
  func sidesAndRest(_ words: Words) throws -> (Sides, rest: String) {
    let (references, rest) = try words.references(atMost: 2)
    let named = try references.map(workbench.session.resolve)
    let current = workbench.session.current
    let sides =
      switch named.count {
      case 0: Sides(left: nil, right: current)
      case 1: Sides(left: named[0], right: current)
      default: Sides(left: named[0], right: named[1])
      }
    return (sides, rest)
  }

  /// The two sides that a line names, and its prompt: the last one where it has none.
  func sides(_ words: Words) throws -> (Sides, prompt: String) {
    let (sides, rest) = try sidesAndRest(words)
    return (sides, try prompt(rest, usage: words.usage))
  }

  /// `text` as a prompt; the last one where it is empty, turn 3's where it is `%3`.
  func prompt(_ text: String, usage: String) throws -> String {
    if let reference = TurnReference(text) { return try turn(reference).prompt }
    let words = Words(prose: text, usage: usage)
    return words.isEmpty ? try lastPrompt() : try words.prose()
  }
}
