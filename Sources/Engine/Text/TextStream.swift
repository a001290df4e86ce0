/// Turns a stream of tokens into text, never emitting half a UTF-8 character.
///
/// A stream begins in the middle of a text, as a reply follows its prompt: a space that its first
/// token begins with is part of the reply, in SentencePiece vocabularies too.
public struct TextStream: Sendable {
  private let tokenizer: Tokenizer
  private let special: Bool
  /// The start of a character whose other bytes are still to come: at most three bytes.
  private var pending: [UInt8] = []

  /// A stream over `tokenizer`'s vocabulary. Control tokens are left out unless `special`.
  public init(_ tokenizer: Tokenizer, special: Bool = false) {
    self.tokenizer = tokenizer
    self.special = special
  }

  /// Takes one more token; returns the text that is complete now (may be empty). Bytes that can
  /// become no character turn into U+FFFD at once.
  public mutating func push(_ token: Token) -> String {
    pending.append(contentsOf: tokenizer.bytes(of: token, special: special))
    let complete = pending.count - Self.unfinished(pending)
    defer { pending.removeFirst(complete) }
    return String(decoding: pending[..<complete], as: UTF8.self)
  }

  /// What is left at the end; broken UTF-8 becomes U+FFFD.
  public mutating func finish() -> String {
    defer { pending.removeAll() }
    return String(decoding: pending, as: UTF8.self)
  }

  /// How many bytes at the end begin a character that more bytes can complete.
  private static func unfinished(_ bytes: [UInt8]) -> Int {
    for count in 1...3 where count <= bytes.count {
      let lead = bytes[bytes.count - count]
      if lead & 0xC0 == 0x80 { continue }
      let second = count > 1 ? bytes[bytes.count - count + 1] : nil
      return count < ScalarText.length(ofLead: lead) && isValid(lead, second) ? count : 0
    }
    return 0
  }

  /// Whether some character starts so: The Unicode Standard, table 3-7.
  private static func isValid(_ lead: UInt8, _ second: UInt8?) -> Bool {
    let range: ClosedRange<UInt8>
    switch lead {
    case 0xC2...0xDF, 0xE1...0xEC, 0xEE...0xEF, 0xF1...0xF3: range = 0x80...0xBF
    case 0xE0: range = 0xA0...0xBF
    case 0xED: range = 0x80...0x9F
    case 0xF0: range = 0x90...0xBF
    case 0xF4: range = 0x80...0x8F
    default: return false
    }
    return second.map(range.contains) ?? true
  }
}
