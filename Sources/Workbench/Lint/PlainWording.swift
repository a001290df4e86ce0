/// A text's words alone: letters and digits in lower case, one space apart, as UTF-8. By bytes, since Swift compares
/// strings by canonical equivalence.
package enum PlainWording {
  /// What two texts share that differ in signs, spaces and capitals only. No word reaches over a space, and most of what
  /// stands between two is ASCII: ten thousand examples are looked through after each new one.
  package static func bytes(_ text: String) -> [UInt8] {
    var text = text
    return text.withUTF8 { text in
      var plain: [UInt8] = []
      plain.reserveCapacity(text.count)
      for part in text.split(whereSeparator: isSpace) {
        if part.allSatisfy({ $0 < 0x80 }) {
          addASCII(UnsafeBufferPointer(rebasing: part), to: &plain)
        } else {
          let words = byWords(String(decoding: part, as: UTF8.self))
          if !plain.isEmpty, !words.isEmpty { plain.append(UInt8(ascii: " ")) }
          plain += words
        }
      }
      return plain
    }
  }

  /// The same by way of `Words`.
  package static func byWords(_ text: String) -> [UInt8] {
    let words = Words(text).words.filter(\.counts).map { $0.text.lowercased() }
    return Array(words.joined(separator: " ").utf8)
  }

  private static func addASCII(_ text: UnsafeBufferPointer<UInt8>, to plain: inout [UInt8]) {
    var isInWord = false
    for (place, byte) in text.enumerated() {
      if isLetter(byte) {
        if !isInWord, !plain.isEmpty { plain.append(UInt8(ascii: " ")) }
        isInWord = true
        plain.append(isCapital(byte) ? byte | 0x20 : byte)
      } else if isInWord, place + 1 < text.count,
        joins(byte, after: text[place - 1], before: text[place + 1])
      {
        plain.append(byte)
      } else {
        isInWord = false
      }
    }
  }

  /// Whether a sign belongs to the word around it.
  private static func joins(_ sign: UInt8, after left: UInt8, before right: UInt8) -> Bool {
    switch sign {
    case UInt8(ascii: "'"): isLetter(right)
    case UInt8(ascii: "."), UInt8(ascii: ","): isDigit(left) && isDigit(right)
    default: false
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (UInt8(ascii: "\t")...UInt8(ascii: "\r")).contains(byte)
  }

  private static func isCapital(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    isCapital(byte & ~0x20) || isDigit(byte) || byte == UInt8(ascii: "_")
  }
}
