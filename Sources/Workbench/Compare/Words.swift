/// A text cut into words, each with the white space before it.
///
/// A word is a run of letters and digits (with apostrophes inside it, and points inside numbers), a single character of
/// a script that is written without spaces, or a single other sign. Joining `gap` and `text` of all words and
/// `tail` gives the text back, byte for byte.
struct Words {
  /// One word.
  struct Word {
    /// White space before it.
    var gap: Substring
    /// The word.
    var text: Substring
    /// Whether it has a letter or a digit, so that a person would count it.
    var counts: Bool
  }

  private(set) var words: [Word] = []
  /// White space after the last word.
  private(set) var tail: Substring = ""

  init(_ text: String) {
    var gapStart = text.startIndex
    var index = text.startIndex
    while index < text.endIndex {
      let kind = Kind(text[index])
      if kind == .space {
        text.formIndex(after: &index)
        continue
      }
      let start = index
      text.formIndex(after: &index)
      if kind == .letter { index = Words.endOfWord(text, from: index) }
      words.append(
        Word(
          gap: text[gapStart..<start], text: text[start..<index], counts: kind != .sign))
      gapStart = index
    }
    tail = text[gapStart...]
  }

  private static func endOfWord(_ text: String, from start: String.Index) -> String.Index {
    var index = start
    while index < text.endIndex {
      if Kind(text[index]) == .letter {
        text.formIndex(after: &index)
        continue
      }
      // A joiner belongs to the word only where the word goes on behind it.
      let next = text.index(after: index)
      guard next < text.endIndex, Kind(text[next]) == .letter,
        joins(text[index], after: text[text.index(before: index)], before: text[next])
      else { return index }
      index = next
    }
    return index
  }

  private static func joins(_ sign: Character, after left: Character, before right: Character)
    -> Bool
  {
    switch sign {
    case "'", "\u{2019}": true
    case ".", ",": left.isWholeNumber && right.isWholeNumber
    default: false
    }
  }

  private enum Kind {
    case space, letter, single, sign

    init(_ character: Character) {
      let scalar = character.unicodeScalars[character.unicodeScalars.startIndex]
      if scalar.isASCII {
        self.init(ascii: scalar)
        return
      }
      let properties = scalar.properties
      if properties.isWhitespace {
        self = .space
      } else if Kind.standsAlone(scalar) {
        self = .single
      } else if properties.isAlphabetic || properties.numericType != nil {
        self = .letter
      } else {
        self = .sign
      }
    }

    /// The same, without asking Unicode's tables.
    private init(ascii scalar: Unicode.Scalar) {
      switch scalar {
      case "\t"..."\r", " ": self = .space
      case "0"..."9", "A"..."Z", "a"..."z", "_": self = .letter
      default: self = .sign
      }
    }

    /// Han, kana and the like: Unicode's blocks of scripts without spaces between words.
    private static func standsAlone(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.value {
      case 0x3005...0x3007, 0x3041...0x30FF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
        0xF900...0xFAFF, 0xFF66...0xFF9F, 0x1_B000...0x1_B16F, 0x2_0000...0x3_FFFF:
        true
      default: false
      }
    }
  }
}
