/// What a piece of text is, as far as its looks go.
public enum Style: Sendable, Equatable {
  case prompt, strong, faint, bad, added, removed, struck, warning
  /// How hot a token is, 1 to 4. Both colours are set, so that it is legible on any background.
  case heat(Int)

  fileprivate var code: String {
    switch self {
    case .prompt: "1;36"
    case .strong: "1"
    case .faint: "2"
    case .bad: "1;31"
    case .added: "32"
    case .removed: "31"
    case .struck: "9;31"
    case .warning: "35"
    case .heat(let level): "30;" + ["46", "42", "43", "41"][min(max(level, 1), 4) - 1]
    }
  }
}

/// Colours, or none.
public struct Palette: Equatable, Sendable {
  /// Whether anything is coloured.
  public var isColoured: Bool

  /// A palette with or without colours.
  public init(isColoured: Bool) { self.isColoured = isColoured }

  /// What `environment` asks for (no-color.org, bixense.com/clicolors), given whether a terminal
  /// shows the text and whether `--no-color` was said.
  public static func chosen(
    environment: [String: String], isTerminal: Bool, noColor: Bool
  ) -> Palette {
    func isSet(_ name: String) -> Bool { environment[name].map { !$0.isEmpty } ?? false }
    if noColor || isSet("NO_COLOR") { return Palette(isColoured: false) }
    if isSet("CLICOLOR_FORCE"), environment["CLICOLOR_FORCE"] != "0" {
      return Palette(isColoured: true)
    }
    if environment["CLICOLOR"] == "0" || environment["TERM"] == "dumb" {
      return Palette(isColoured: false)
    }
    return Palette(isColoured: isTerminal)
  }

  /// `text` in the looks of `style`.
  public func paint(_ text: String, _ style: Style) -> String {
    isColoured && !text.isEmpty ? "\u{1B}[\(style.code)m\(text)\u{1B}[0m" : text
  }

  /// A prompt for the line editor, which must know what takes no room: marked by \1. The reset
  /// stands before the last character, as the editor drops marks at the very end.
  public func editorPrompt(_ text: String) -> String {
    #if canImport(Darwin)
      // Apple's libedit counts the marks as room.
      return text
    #else
      guard isColoured, let last = text.last, text.count > 1 else { return text }
      return "\u{1}\u{1B}[\(Style.prompt.code)m\u{1}\(text.dropLast())\u{1}\u{1B}[0m\u{1}\(last)"
    #endif
  }
}

/// `text` without the looks that a palette gave it. Nothing else in it may hold an ESC.
func unpainted(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  var isCode = false
  for scalar in text.unicodeScalars {
    if scalar == "\u{1B}" { isCode = true }
    if !isCode { result.append(scalar) }
    if scalar == "m" { isCode = false }
  }
  return String(result)
}
