/// Cuts a text into sentences.
package enum Sentences {
  /// The sentences of `text`, each with the white space after it; joined, they give the text back, byte for byte.
  ///
  /// A sentence ends with a line, after `。！？`, and where `.`, `!`, `?` or `…`, and the quotes and brackets that close
  /// behind them, stand before white space. The point after an item's number ends none, nor does one before a small
  /// letter, as in `e.g. this`; `Dr. Who` is cut: no list of abbreviations covers all languages.
  package static func split(_ text: String) -> [Substring] {
    var sentences: [Substring] = []
    var start = text.startIndex
    var index = start
    while index < text.endIndex {
      let character = text[index]
      text.formIndex(after: &index)
      if character.isNewline || "。！？".contains(character)
        || endsSentence(text[start...], &index)
      {
        while index < text.endIndex, text[index].isWhitespace { text.formIndex(after: &index) }
        sentences.append(text[start..<index])
        start = index
      }
    }
    if start < text.endIndex { sentences.append(text[start...]) }
    return sentences
  }

  /// How many sentences with a word in them `text` has.
  static func count(_ text: String) -> Int {
    split(text).count { Words(String($0)).words.contains(where: \.counts) }
  }

  /// Whether the sentence that `rest` begins with ends with the character before `index`, which is then moved behind what
  /// closes it.
  private static func endsSentence(_ rest: Substring, _ index: inout String.Index) -> Bool {
    let before = rest[..<index].dropLast()
    guard let sign = rest[..<index].last, ".!?…".contains(sign) else { return false }
    let after = rest[index...].drop { "\"'\u{201D}\u{2019}»)]*_".contains($0) }
    guard after.first?.isWhitespace != false else { return false }
    if sign == "." {
      let isNumber = before.allSatisfy { $0.isNumber || $0.isWhitespace }
      if isNumber || after.first(where: { !$0.isWhitespace })?.isLowercase == true { return false }
    }
    index = after.startIndex
    return true
  }
}
