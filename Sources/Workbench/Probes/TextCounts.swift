/// Counts of words and sentences as a person would make them.
package enum TextCounts {
  /// Words with a letter or a digit in them.
  static func words(_ text: String) -> Int { Words(text).words.count { $0.counts } }

  /// Sentences: each ends at `.`, `!`, `?`, `…` or their East Asian forms, where white space, a closing quote or bracket,
  /// or the text's end follows, or with its line. A list's items are so sentences of their own; `3.5`, `e.g.` before a
  /// small letter, and an item's number end none.
  package static func sentences(_ text: String) -> Int {
    text.split(whereSeparator: \.isNewline).reduce(0) { $0 + inLine($1) }
  }

  private static let ends: Set<Character> = [".", "!", "?", "…"]
  private static let wideEnds: Set<Character> = ["。", "！", "？"]
  private static let closing: Set<Character> = ["\"", "'", "”", "’", "»", ")", "]", "*", "_"]

  private static func inLine(_ line: Substring) -> Int {
    var count = 0
    var start = line.startIndex
    var index = line.startIndex
    while index < line.endIndex {
      let sign = line[index]
      line.formIndex(after: &index)
      guard ends.contains(sign) || wideEnds.contains(sign) else { continue }
      var after = index
      while after < line.endIndex, closing.contains(line[after]) { line.formIndex(after: &after) }
      let isEnd = after == line.endIndex || line[after].isWhitespace || wideEnds.contains(sign)
      guard isEnd, !goesOn(sign, line[start..<index], line[after...]) else { continue }
      if words(String(line[start..<index])) > 0 { count += 1 }
      start = after
      index = after
    }
    return words(String(line[start...])) > 0 ? count + 1 : count
  }

  /// Whether a full stop ends an abbreviation or an item's number rather than a sentence.
  private static func goesOn(_ sign: Character, _ before: Substring, _ after: Substring) -> Bool {
    guard sign == "." else { return false }
    if before.dropLast().allSatisfy({ $0.isNumber || $0.isWhitespace }) { return true }
    return after.first { !$0.isWhitespace }?.isLowercase == true
  }
}
