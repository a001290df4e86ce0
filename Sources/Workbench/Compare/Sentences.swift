/// Cuts a text into sentences.
enum Sentences {
  /// The sentences of `text`, each with the white space after it; joined, they give the text back, byte for byte.
  ///
  /// A sentence ends with a line, after `。！？`, and where `.`, `!`, `?` or `…`, and the quotes and brackets that close
  /// behind them, stand before white space. `Dr. Who` is cut too: no list of abbreviations covers all languages.
  static func split(_ text: String) -> [Substring] {
    var sentences: [Substring] = []
    var start = text.startIndex
    var index = start
    while index < text.endIndex {
      let character = text[index]
      text.formIndex(after: &index)
      if character.isNewline || "。！？".contains(character) || endsSentence(text, character, &index) {
        while index < text.endIndex, text[index].isWhitespace { text.formIndex(after: &index) }
        sentences.append(text[start..<index])
        start = index
      }
    }
    if start < text.endIndex { sentences.append(text[start...]) }
    return sentences
  }

  /// Whether `character`, which stands before `index`, ends a sentence; `index` is then moved behind what closes it.
  private static func endsSentence(
    _ text: String, _ character: Character, _ index: inout String.Index
  )
    -> Bool
  {
    guard ".!?…".contains(character) else { return false }
    var next = index
    while next < text.endIndex, "\"'\u{201D}\u{2019}»)]*".contains(text[next]) {
      text.formIndex(after: &next)
    }
    guard next == text.endIndex || text[next].isWhitespace else { return false }
    index = next
    return true
  }
}
