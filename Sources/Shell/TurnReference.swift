import Workbench

/// A turn that a line names by its number: `%3` is the third prompt and its reply.
struct TurnReference: Equatable {
  /// The turn's number; one too long to be any is the largest there could be.
  let id: Int

  /// Reads `%3`; nil for any other word, such as `%d` or `100%`.
  init?(_ word: some StringProtocol) {
    let digits = word.dropFirst()
    guard word.hasPrefix("%"), !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    id = Int(digits) ?? .max
  }
}

extension Words {
  /// The turn that the text begins with, if it does, and the text after it.
  var turnAndRest: (turn: TurnReference?, rest: Words) {
    let word = text.prefix { !$0.isWhitespace }
    guard let turn = TurnReference(word) else { return (nil, self) }
    return (turn, Words(prose: String(text.dropFirst(word.count)), usage: usage))
  }

  /// The turn that is all there is, for commands that take nothing else; nil where nothing stands there.
  func onlyTurn() throws(UsageError) -> TurnReference? {
    try expect(atMost: 1)
    guard let word = self[0] else { return nil }
    guard let turn = TurnReference(word) else { throw .notATurn(word) }
    return turn
  }
}

extension Console {
  /// The turn that `reference` names; the last one where it is nil.
  func turn(_ reference: TurnReference?) throws -> Turn {
    try workbench.turn(reference?.id)
  }
}
