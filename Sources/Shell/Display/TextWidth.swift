/// How many cells of a terminal `text` takes on one row.
public func displayWidth(of text: some StringProtocol) -> Int {
  // Most text is plain; counting bytes spares finding its characters.
  if text.utf8.allSatisfy({ $0 >= 32 && $0 < 127 }) { return text.utf8.count }
  return text.reduce(0) { $0 + displayWidth(of: $1) }
}

/// How many cells a character takes. Unicode's East Asian Width (UAX #11) decides, and emoji
/// presentation (UTS #51). An emoji is as wide as its widest part; the letters of an Indic
/// conjunct stand side by side.
public func displayWidth(of character: Character) -> Int {
  let scalars = character.unicodeScalars
  // U+FE0F asks for the coloured, wide form of the character before it.
  if scalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
  let widths = scalars.map { displayWidth(of: $0) }
  let isEmoji = scalars.first?.properties.isEmojiPresentation ?? false
  return isEmoji ? widths.max() ?? 0 : widths.reduce(0, +)
}

private func displayWidth(of scalar: Unicode.Scalar) -> Int {
  let value = scalar.value
  if value < 32 || (0x7F...0x9F).contains(value) { return 0 }
  if value < 0x300 { return 1 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format, .lineSeparator, .paragraphSeparator: return 0
  default: break
  }
  // Vowels and finals of Hangul, written after the wide initial they join.
  if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return 0 }
  if scalar.properties.isEmojiPresentation { return 2 }
  return isWide(value) ? 2 : 1
}

private func isWide(_ value: UInt32) -> Bool {
  // Sorted and apart, so a binary search finds the one that could hold the value.
  var low = 0
  var high = wideRanges.count
  while low < high {
    let middle = (low + high) / 2
    if wideRanges[middle].upperBound < value { low = middle + 1 } else { high = middle }
  }
  return low < wideRanges.count && wideRanges[low].contains(value)
}

/// East Asian Width W and F (Unicode 16), less what emoji presentation covers. Unassigned code
/// points within the ideographic blocks count as wide, as the standard says.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF,
  0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
  0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x16FFF, 0x17000...0x18DFF, 0x1AFF0...0x1B2FF,
  0x1F200...0x1F265, 0x1F900...0x1F9FF, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
]

/// `text` cut to at most `width` cells, with … where something is missing.
public func truncated(_ text: String, to width: Int) -> String {
  if displayWidth(of: text) <= width { return text }
  var result = ""
  var used = 1
  for character in text {
    used += displayWidth(of: character)
    if used > width { break }
    result.append(character)
  }
  return width > 0 ? result + "…" : ""
}

/// `text` with spaces up to `width` cells.
public func padded(_ text: String, to width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - displayWidth(of: text)))
}
