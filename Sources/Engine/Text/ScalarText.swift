/// What a pre-tokenizer asks of a character.
enum CharacterClass: UInt8, Sendable {
  /// Beyond the segment looked at.
  case end
  /// General category L.
  case letter
  /// General category N.
  case number
  /// The property White_Space.
  case whitespace
  /// General category P.
  case punctuation
  /// Symbols, marks, controls, and what is not assigned.
  case other

  /// The class of `scalar` as of Unicode 15.1, which the reference tokenizers' tables hold.
  ///
  /// Later characters count as not assigned: tokens do not change with the system's Unicode.
  init(_ scalar: Unicode.Scalar) {
    let properties = scalar.properties
    if let age = properties.age, (age.major, age.minor) > (15, 1) {
      self = .other
      return
    }
    if properties.isWhitespace {
      self = .whitespace
      return
    }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      self = .letter
    case .decimalNumber, .letterNumber, .otherNumber:
      self = .number
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      self = .punctuation
    default:
      self = .other
    }
  }

  /// The classes of ASCII, looked up for nearly every character there is.
  static let ascii: [CharacterClass] = (UInt8(0)..<128).map { CharacterClass(Unicode.Scalar($0)) }
}

/// A text's characters with their classes and places, for pre-tokenizers to scan.
struct ScalarText: Sendable {
  /// Each character's class.
  let classes: [CharacterClass]
  /// Each character's own byte where it is ASCII, else 0xFF.
  let ascii: [UInt8]
  /// Each character's offset in bytes, and at the end that of the text's end.
  let starts: [Int]

  /// The characters of `bytes[range]`, which must be whole UTF-8.
  init(_ bytes: [UInt8], _ range: Range<Int>) {
    var classes: [CharacterClass] = []
    var ascii: [UInt8] = []
    var starts: [Int] = []
    classes.reserveCapacity(range.count)
    ascii.reserveCapacity(range.count)
    starts.reserveCapacity(range.count + 1)
    let asciiClasses = CharacterClass.ascii
    var index = range.lowerBound
    while index < range.upperBound {
      starts.append(index)
      let first = bytes[index]
      let end = min(index + Self.length(ofLead: first), range.upperBound)
      if first < 0x80 {
        ascii.append(first)
        classes.append(asciiClasses[Int(first)])
      } else {
        ascii.append(0xFF)
        var value = UInt32(first) & (0x7F >> UInt32(end - index))
        for next in bytes[(index + 1)..<end] { value = value << 6 | UInt32(next & 0x3F) }
        classes.append(Unicode.Scalar(value).map(CharacterClass.init) ?? .other)
      }
      index = end
    }
    starts.append(range.upperBound)
    self.classes = classes
    self.ascii = ascii
    self.starts = starts
  }

  /// How many bytes a UTF-8 character that begins with `lead` has.
  static func length(ofLead lead: UInt8) -> Int {
    lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
  }
}
