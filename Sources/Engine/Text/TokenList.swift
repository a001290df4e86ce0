/// The outcome of encoding: tokens and where in the text each starts.
struct TokenList: Sendable {
  private(set) var ids: [Token] = []
  /// Offsets in bytes of the whole text, never falling.
  private(set) var offsets: [Int] = []

  mutating func append(_ id: Token, at offset: Int) {
    ids.append(id)
    offsets.append(offset)
  }
}
