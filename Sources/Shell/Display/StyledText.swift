/// A text whose parts are painted, wrapped into rows. The text must be harmless already.
package struct StyledText {
  /// A part in one style; nil is plain.
  package struct Run {
    var text: String
    var style: Style?

    package init(_ text: String, _ style: Style?) {
      self.text = text
      self.style = style
    }
  }

  private let runs: [Run]

  /// The text that `runs` make up.
  package init(_ runs: [Run]) { self.runs = runs }

  /// The painted rows of at most `width` cells (nil: nothing is wrapped), each with the cells it takes.
  ///
  /// Wrapping is done on the bare text, so that colours never count; it changes white space only, so each visible
  /// character of a row is the next one of the text, with its style.
  package func rows(width: Int?, palette: Palette) -> [(text: String, used: Int)] {
    let text = runs.map(\.text).joined()
    var styles = styles(of: text)[...]
    let rows =
      width.map { wrapped(text, to: $0) }
      ?? text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return rows.map { row in
      var painted = ""
      var run = Run("", nil)
      for character in row {
        if !character.isWhitespace { styles = styles.drop { $0.isSpace } }
        if let next = styles.first, next.isSpace == character.isWhitespace {
          styles = styles.dropFirst()
          if next.style != run.style {
            painted += run.painted(palette)
            run = Run("", next.style)
          }
        }
        run.text.append(character)
      }
      return (painted + run.painted(palette), displayWidth(of: row))
    }
  }

  /// The style of each character of `text`, and whether it is white space. A character that two runs share, such as a
  /// letter and its accent, has the style of the first.
  private func styles(of text: String) -> [(style: Style?, isSpace: Bool)] {
    let scalars = runs.flatMap {
      [Style?](repeating: $0.style, count: $0.text.unicodeScalars.count)
    }
    var index = 0
    return text.map { character in
      defer { index += character.unicodeScalars.count }
      return (scalars[index], character.isWhitespace)
    }
  }
}

extension StyledText.Run {
  fileprivate func painted(_ palette: Palette) -> String {
    style.map { palette.paint(text, $0) } ?? text
  }
}
