/// GPT-2's printable alphabet: one character for each byte, so that vocabularies are readable text.
///
/// Bytes that print in Latin-1 stand for themselves; the others, in order, for U+0100 and up.
/// Source: `bytes_to_unicode` of github.com/openai/gpt-2, src/encoder.py.
enum ByteAlphabet {
  /// Each byte's character, in UTF-8.
  static let spellings: [[UInt8]] = scalars.map { scalar in
    scalar < 0x80
      ? [UInt8(scalar)] : [UInt8(0xC0 | scalar >> 6), UInt8(0x80 | scalar & 0x3F)]
  }

  private static let scalars: [UInt32] = {
    var next: UInt32 = 0x100
    return (UInt32(0)..<256).map { byte in
      if (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte)
        || (0xAE...0xFF).contains(byte)
      {
        return byte
      }
      defer { next += 1 }
      return next
    }
  }()

  /// The byte of each character below U+0180; -1 where the alphabet lacks it.
  private static let bytes: [Int16] = {
    var bytes = [Int16](repeating: -1, count: 0x180)
    for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar)] = Int16(byte) }
    return bytes
  }()

  /// Appends the bytes that `entry` spells. What is not of the alphabet is taken as it stands.
  static func decode(_ entry: [UInt8], into result: inout [UInt8]) {
    var index = 0
    while index < entry.count {
      let first = entry[index]
      var scalar = Int(first)
      var length = 1
      // The alphabet ends at U+0143, so its characters take one or two bytes.
      if first & 0xE0 == 0xC0, index + 1 < entry.count {
        scalar = Int(first & 0x1F) << 6 | Int(entry[index + 1] & 0x3F)
        length = 2
      } else if first >= 0x80 {
        scalar = bytes.count
      }
      if scalar < bytes.count, bytes[scalar] >= 0 {
        result.append(UInt8(bytes[scalar]))
      } else {
        result.append(contentsOf: entry[index..<index + length])
      }
      index += length
    }
  }
}
