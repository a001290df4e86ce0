import Engine

/// Vocabularies small enough to be read in a test.
enum TinyVocabulary {
  /// One entry for each byte in order, then `more`, then control tokens, then user-defined ones.
  static func byteLevel(
    _ more: [String] = [], merges: [String] = [], control: [String] = [],
    userDefined: [String] = [], preTokenizer: String = "gpt-2"
  ) -> TokenizerDescription {
    let entries =
      alphabet.map { Array($0.utf8) } + (more + control + userDefined).map { Array($0.utf8) }
    let kinds: [TokenizerDescription.EntryKind] =
      Array(repeating: .normal, count: alphabet.count + more.count)
      + Array(repeating: .control, count: control.count)
      + Array(repeating: .userDefined, count: userDefined.count)
    return TokenizerDescription(
      kind: .byteLevel, entries: entries, kinds: kinds, scores: [],
      merges: merges.map { Array($0.utf8) }, preTokenizer: preTokenizer, bos: nil, ends: [],
      unknown: nil, addsBOS: false, addsSpacePrefix: false)
  }

  /// `<unk>`, 256 byte tokens, then `pieces` with falling scores, then control, then user-defined.
  static func sentencePiece(
    _ pieces: [String], control: [String] = [], userDefined: [String] = [],
    addsSpacePrefix: Bool = true
  ) -> TokenizerDescription {
    let bytes = (0..<256).map { byte -> String in
      let digits = String(byte, radix: 16, uppercase: true)
      return "<0x\(digits.count == 1 ? "0" : "")\(digits)>"
    }
    let entries = ["<unk>"] + bytes + pieces + control + userDefined
    let kinds: [TokenizerDescription.EntryKind] =
      [.unknown] + Array(repeating: .byte, count: 256)
      + Array(repeating: .normal, count: pieces.count)
      + Array(repeating: .control, count: control.count)
      + Array(repeating: .userDefined, count: userDefined.count)
    return TokenizerDescription(
      kind: .sentencePiece, entries: entries.map { Array($0.utf8) }, kinds: kinds,
      scores: entries.indices.map { -Float($0) }, merges: [], preTokenizer: "default", bos: nil,
      ends: [], unknown: 0, addsBOS: false, addsSpacePrefix: addsSpacePrefix)
  }

  /// The token of `piece` in a vocabulary of `sentencePiece(_:)`, by its place in `pieces`.
  static let firstPiece: Token = 257

  /// GPT-2's printable characters, by byte.
  private static let alphabet: [String] = {
    var next: UInt32 = 0x100
    return (UInt32(0)..<256).map { byte in
      var scalar = byte
      if !(0x21...0x7E ~= byte || 0xA1...0xAC ~= byte || 0xAE...0xFF ~= byte) {
        scalar = next
        next += 1
      }
      return Unicode.Scalar(scalar).map(String.init) ?? ""
    }
  }()
}

/// A seeded generator, so that a failing text comes back: SplitMix64 (Steele et al. 2014).
struct TestRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Text of `length` characters from all over Unicode, with runs of spaces, digits and ASCII.
  mutating func text(_ length: Int) -> String {
    var text = ""
    while text.unicodeScalars.count < length {
      let ranges: [ClosedRange<UInt32>] = [
        0x00...0x7F, 0x20...0x7E, 0x20...0x20, 0x09...0x0D, 0x30...0x39, 0x80...0x24F,
        0x300...0xD7FF, 0xE000...0xFFFF, 0x1_0000...0x10_FFFF, 0x1_F300...0x1_FAFF,
      ]
      let range = ranges[Int.random(in: ranges.indices, using: &self)]
      for _ in 0..<Int.random(in: 1...4, using: &self) {
        if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &self)) {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    return text
  }
}
