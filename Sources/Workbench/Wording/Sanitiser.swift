/// Makes text from a model or a file harmless to whatever shows it, a terminal or a page: controls are shown, never
/// obeyed.
///
/// Newlines and tabs stay. C0 controls and DEL become their pictures (␛ for ESC); C1 controls,
/// bidirectional overrides and isolates, invisible separators and stray joiners become `\u{…}`.
/// Joiners stay where they join (emoji, Persian, Indic scripts). Works across chunks.
public struct Sanitiser: Sendable {
  private var previous: Unicode.Scalar?
  private var heldReturn = false

  /// A sanitiser at the start of a text.
  public init() {}

  /// The harmless form of the next chunk. A carriage return at its end waits for what follows.
  public mutating func add(_ chunk: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in chunk.unicodeScalars {
      if heldReturn {
        heldReturn = false
        if scalar != "\n" { result.append("␍") }
      }
      if scalar == "\r" {
        heldReturn = true
      } else if isHarmless(scalar) {
        result.append(scalar)
      } else {
        result.append(contentsOf: shown(scalar).unicodeScalars)
      }
      previous = scalar
    }
    return String(result)
  }

  /// What was held back at the end of the text.
  public mutating func finish() -> String {
    defer { self = Sanitiser() }
    return heldReturn ? "␍" : ""
  }

  private func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: true
    case 0x00...0x1F, 0x7F...0x9F: false
    case 0x00...0x2FF: true
    // Joiners between letters or emoji; anywhere else they hide something.
    case 0x200C, 0x200D: previous.map(joins) ?? false
    case 0x061C, 0x180E, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
      0xFFF9...0xFFFB:
      false
    // Tags spell the flags of England, Scotland and Wales, after a black flag.
    case 0xE0020...0xE007F:
      previous.map { $0.value == 0x1F3F4 || (0xE0020...0xE007E).contains($0.value) } ?? false
    case 0xE0000...0xE001F: false
    default: true
    }
  }

  private func joins(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x300 else { return false }
    let properties = scalar.properties
    return properties.isAlphabetic || properties.isEmoji || scalar.value == 0xFE0F
      || [.nonspacingMark, .spacingMark].contains(properties.generalCategory)
  }

  private func shown(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0x00...0x1F: Unicode.Scalar(0x2400 + scalar.value).map { String($0) } ?? ""
    case 0x7F: "␡"
    default: "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    }
  }
}

/// `text` made harmless to whatever shows it.
public func sanitised(_ text: String) -> String {
  var sanitiser = Sanitiser()
  return sanitiser.add(text) + sanitiser.finish()
}

/// `text` made harmless and brought onto one line: newlines are shown as ⏎.
public func sanitisedLine(_ text: String) -> String {
  sanitised(text).split(separator: "\n", omittingEmptySubsequences: false)
    .joined(separator: "⏎").replacingTabs()
}

extension String {
  fileprivate func replacingTabs() -> String {
    contains("\t") ? String(map { $0 == "\t" ? " " : $0 }) : self
  }
}
