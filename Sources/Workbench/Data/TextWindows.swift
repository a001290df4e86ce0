/// Cuts a long text into windows of about so many tokens.
package struct TextWindows {
  /// The most tokens of a window.
  let limit: Int
  /// How many tokens a text has.
  let count: (String) throws -> Int

  package init(limit: Int, count: @escaping (String) throws -> Int) {
    self.limit = limit
    self.count = count
  }

  /// The windows of `text`, in order; joined, they give the text back. Those of white space alone are left out.
  ///
  /// Windows end with a sentence; with a paragraph, where one ends in their second half. Only a sentence longer than a
  /// window is cut between its words, and a longer word where it must be.
  package func split(_ text: String) throws -> [String] {
    var windows: [String] = []
    var pieces: [(text: Substring, count: Int)] = []
    var size = 0
    func close(_ count: Int) {
      windows.append(pieces[..<count].map(\.text).joined())
      pieces.removeFirst(count)
      size = pieces.reduce(0) { $0 + $1.count }
    }
    for piece in try Sentences.split(text).flatMap({ try fitting($0) }) {
      while size + piece.count > limit, !pieces.isEmpty { close(paragraphEnd(pieces)) }
      pieces.append(piece)
      size += piece.count
    }
    if !pieces.isEmpty { close(pieces.count) }
    return windows.filter { !$0.allSatisfy(\.isWhitespace) }
  }

  /// How many pieces make a window: up to the last paragraph's end in its second half, else all.
  private func paragraphEnd(_ pieces: [(text: Substring, count: Int)]) -> Int {
    let half = pieces.reduce(0) { $0 + $1.count } / 2
    var (size, end) = (0, pieces.count)
    for (index, piece) in pieces.enumerated() {
      size += piece.count
      let breaks = piece.text.reversed().prefix { $0.isWhitespace }.count { $0.isNewline }
      if size > half, breaks > 1 { end = index + 1 }
    }
    return end
  }

  /// A sentence in pieces that fit a window.
  private func fitting(_ sentence: Substring) throws -> [(text: Substring, count: Int)] {
    let size = try count(String(sentence))
    guard size > limit, sentence.count > 1 else { return [(sentence, size)] }
    let middle = sentence.index(sentence.startIndex, offsetBy: sentence.count / 2)
    // Before a space near the middle, so that no word is torn.
    let space = sentence[..<middle].lastIndex(where: \.isWhitespace)
    let cut = space.map { $0 > sentence.startIndex ? $0 : middle } ?? middle
    return try fitting(sentence[..<cut]) + fitting(sentence[cut...])
  }
}
