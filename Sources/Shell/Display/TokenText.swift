/// Tokens as text.
package enum TokenText {
  /// Neighbouring tokens that make up whole characters.
  package struct Piece: Equatable {
    package var text: String
    package var tokens: Range<Int>
  }

  /// The pieces that tokens of these bytes make up: one token each, but for a character that several share. Bytes that
  /// no text has are shown as U+FFFD.
  package static func pieces(_ tokens: [[UInt8]]) -> [Piece] {
    var pieces: [Piece] = []
    var bytes: [UInt8] = []
    var start = 0
    for (index, token) in tokens.enumerated() {
      bytes += token
      // Three bytes more may end a character; what is still open then never ends.
      guard !endsWithin(bytes) || index + 1 == tokens.count else { continue }
      pieces.append(Piece(text: String(decoding: bytes, as: UTF8.self), tokens: start..<index + 1))
      bytes = []
      start = index + 1
    }
    return pieces
  }

  /// Whether the last character of UTF-8 lacks bytes.
  private static func endsWithin(_ bytes: [UInt8]) -> Bool {
    guard let start = bytes.lastIndex(where: { $0 & 0xC0 != 0x80 }), start + 4 > bytes.count else {
      return false
    }
    let length =
      switch bytes[start] {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    return start + length > bytes.count
  }
}
