/// Wraps text at word boundaries while it streams, without holding any of it back.
///
/// A word that turns out not to fit is erased and written again on the next row. Where the
/// terminal cannot erase, words are held until they end.
public struct WrappingStream: Sendable {
  private let width: Int
  private let canErase: Bool
  /// The cell the next character goes to.
  private var column = 0
  /// The word being written, and its width.
  private var word = ""
  private var wordWidth = 0
  /// The part of `word` not written yet; empty where the terminal can erase.
  private var held = ""

  /// For a window of `columns`. The last column stays empty: a terminal that has just filled it
  /// counts its cursor in two ways.
  public init(columns: Int, canErase: Bool) {
    width = max(1, columns - 1)
    self.canErase = canErase
  }

  /// What to write for the next chunk.
  public mutating func add(_ chunk: String) -> String {
    var output = ""
    // A chunk may go on with the character the last one ended in.
    var text = chunk
    if let last = word.last, !word.isEmpty, (String(last) + chunk).first != last,
      !chunk.isEmpty
    {
      text = join(last, chunk, &output)
    }
    for character in text { place(character, &output) }
    return output
  }

  /// What to write at the end of the text.
  public mutating func finish() -> String {
    defer { self = WrappingStream(columns: width + 1, canErase: canErase) }
    return held
  }

  /// Writes the rest of the character `last` that the chunk starts with; returns what follows it.
  private mutating func join(_ last: Character, _ chunk: String, _ output: inout String) -> String {
    let joined = String(last) + chunk
    guard let whole = joined.first else { return chunk }
    let added = whole.unicodeScalars.dropFirst(last.unicodeScalars.count)
    word.unicodeScalars.append(contentsOf: added)
    let grown = displayWidth(of: whole) - displayWidth(of: last)
    wordWidth += grown
    column += grown
    if canErase {
      output.unicodeScalars.append(contentsOf: added)
    } else {
      held.unicodeScalars.append(contentsOf: added)
    }
    return String(chunk.unicodeScalars.dropFirst(added.count))
  }

  private mutating func place(_ character: Character, _ output: inout String) {
    if character.isNewline {
      endWord(&output)
      output += "\n"
      column = 0
      return
    }
    if character == "\t" || character.isWhitespace && character != "\u{A0}" {
      endWord(&output)
      let room = character == "\t" ? 8 - column % 8 : displayWidth(of: character)
      // A space that would start a row, or end one, is what the row's end stands for.
      if column + room > width {
        output += "\n"
        column = 0
      } else {
        output += character == "\t" ? String(repeating: " ", count: room) : String(character)
        column += room
      }
      return
    }
    let room = displayWidth(of: character)
    // Rows of Chinese or Japanese may break before any character.
    if room == 2 { endWord(&output) }
    if column + room > width { breakRow(before: room, &output) }
    word.append(character)
    wordWidth += room
    column += room
    if canErase { output.append(character) } else { held.append(character) }
  }

  private mutating func endWord(_ output: inout String) {
    output += held
    held = ""
    word = ""
    wordWidth = 0
  }

  /// The row is full: the word moves to the next one, unless it fills a row by itself.
  private mutating func breakRow(before room: Int, _ output: inout String) {
    let start = column - wordWidth
    if start == 0 || wordWidth + room > width || wordWidth == 0 {
      endWord(&output)
      output += "\n"
      column = 0
      return
    }
    if canErase { output += "\u{1B}[\(wordWidth)D\u{1B}[K" }
    output += "\n"
    if canErase { output += word }
    column = wordWidth
  }
}

/// `text` wrapped at word boundaries into rows of at most `width` cells, without space at their ends.
public func wrapped(_ text: String, to width: Int) -> [String] {
  var stream = WrappingStream(columns: width + 1, canErase: false)
  return (stream.add(text) + stream.finish())
    .split(separator: "\n", omittingEmptySubsequences: false)
    .map { row in
      let end = row.lastIndex { $0 != " " }
      return end.map { String(row[...$0]) } ?? ""
    }
}
