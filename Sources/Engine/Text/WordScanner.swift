/// Finds where words end inside one segment of a text; what lies outside it is not seen.
struct WordScanner {
  let text: ScalarText
  let segment: Range<Int>

  private static let space = UInt8(ascii: " ")
  private static let apostrophe = UInt8(ascii: "'")

  func characterClass(_ position: Int) -> CharacterClass {
    position < segment.upperBound ? text.classes[position] : .end
  }

  /// The character's byte where it is ASCII and in the segment, else 0xFF.
  private func ascii(_ position: Int) -> UInt8 {
    position < segment.upperBound ? text.ascii[position] : 0xFF
  }

  private func isLineBreak(_ position: Int) -> Bool {
    ascii(position) == 0x0A || ascii(position) == 0x0D
  }

  /// The end of the run of characters from `position` on whose classes satisfy `matches`, of at
  /// most `limit` characters.
  func run(
    of position: Int, limit: Int = .max, _ matches: (CharacterClass) -> Bool
  ) -> Int {
    let last = segment.upperBound - position > limit ? position + limit : segment.upperBound
    var end = position
    while end < last, matches(text.classes[end]) { end += 1 }
    return end
  }

  /// `[0-9][0-9][0-9]`, or `position` where it does not match.
  func digitTriple(from position: Int) -> Int {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let matches = (position..<position + 3).allSatisfy { digits.contains(ascii($0)) }
    return matches ? position + 3 : position
  }

  /// `[\p{P}\$\+<=>\^~\|]+`, or `position` where it does not match.
  func punctuation(from position: Int) -> Int {
    var end = position
    while characterClass(end) == .punctuation || "$+<=>^~|".utf8.contains(ascii(end)) { end += 1 }
    return end
  }

  /// The end of GPT-2's word at `position`; always after it.
  func gpt2Word(from position: Int) -> Int {
    if let end = contraction(from: position, anyCase: false) { return end }
    let lead = ascii(position) == Self.space ? position + 1 : position
    switch characterClass(lead) {
    case .letter: return run(of: lead) { $0 == .letter }
    case .number: return run(of: lead) { $0 == .number }
    case .punctuation, .other: return run(of: lead) { $0 == .punctuation || $0 == .other }
    case .whitespace, .end: return whitespace(from: position)
    }
  }

  /// The end of Llama 3's word at `position`, with at most `digits` numbers; always after it.
  func llama3Word(from position: Int, digits: Int) -> Int {
    if let end = contraction(from: position, anyCase: true) { return end }
    let first = characterClass(position)
    if first == .number {
      return run(of: position, limit: digits) { $0 == .number }
    }
    if !isLineBreak(position), first == .letter || characterClass(position + 1) == .letter {
      return run(of: position + 1) { $0 == .letter }
    }
    let lead = ascii(position) == Self.space ? position + 1 : position
    switch characterClass(lead) {
    case .punctuation, .other:
      var end = run(of: lead) { $0 == .punctuation || $0 == .other }
      while isLineBreak(end) { end += 1 }
      return end
    default:
      break
    }
    let spaces = run(of: position) { $0 == .whitespace }
    if let last = (position..<spaces).last(where: isLineBreak) { return last + 1 }
    return whitespace(from: position)
  }

  /// `\s+(?!\S)|\s+`, or one character of whatever else: before a word, the last space is left to
  /// it.
  private func whitespace(from position: Int) -> Int {
    let end = run(of: position) { $0 == .whitespace }
    if end - position > 1, end < segment.upperBound { return end - 1 }
    return max(end, position + 1)
  }

  /// `'s|'t|'re|'ve|'m|'ll|'d`
  private func contraction(from position: Int, anyCase: Bool) -> Int? {
    guard ascii(position) == Self.apostrophe else { return nil }
    func letter(_ distance: Int) -> UInt8 {
      let byte = ascii(position + distance)
      return anyCase && (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
    switch (letter(1), letter(2)) {
    case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _),
      (UInt8(ascii: "d"), _):
      return position + 2
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return position + 3
    default:
      return nil
    }
  }
}
