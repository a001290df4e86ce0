import Shell
import Testing

/// A screen that knows what wrapping uses: text, newlines, ESC[nD and ESC[K.
private struct Screen {
  private(set) var rows: [[Character]] = [[]]
  private var column = 0

  /// The rows as text, wide characters once.
  var text: [String] {
    rows.map { String($0.filter { $0 != "\0" }) }
  }

  mutating func write(_ output: String) {
    var rest = Substring(output)
    while let character = rest.popFirst() {
      if character == "\n" {
        rows.append([])
        column = 0
      } else if character == "\u{1B}" {
        let number = rest.dropFirst().prefix { $0.isNumber }
        let command = rest.dropFirst(1 + number.count).first
        rest = rest.dropFirst(2 + number.count)
        if command == "D" { column -= Int(number) ?? 1 }
        if command == "K" { rows[rows.count - 1].removeSubrange(column...) }
      } else {
        put(character)
      }
    }
  }

  private mutating func put(_ character: Character) {
    // A combining mark alone joins what stands before it.
    if displayWidth(of: character) == 0 {
      let last = rows[rows.count - 1].lastIndex { $0 != "\0" } ?? 0
      let joined = String(rows[rows.count - 1][last]) + String(character)
      rows[rows.count - 1][last] = Character(joined)
      return
    }
    rows[rows.count - 1].append(character)
    if displayWidth(of: character) == 2 { rows[rows.count - 1].append("\0") }
    column = rows[rows.count - 1].count
  }
}

@Suite struct WrappingTests {
  private static let prose =
    "The quick brown fox jumps over the lazy dog, and then—without a pause—over the extraordinarily-long-hyphenated-thing.\n\n"
    + "  Indented: 日本語の文章はどこでも改行できます。 한국어 텍스트 e\u{301}tude naïve 👩‍👩‍👧‍👦 family.\tTab\tend "
    + String(repeating: "x", count: 90) + " done."

  private func shown(_ chunks: [String], columns: Int) -> [String] {
    var stream = WrappingStream(columns: columns, canErase: true)
    var screen = Screen()
    for chunk in chunks { screen.write(stream.add(chunk)) }
    screen.write(stream.finish())
    return screen.text
  }

  @Test(arguments: [20, 40, 80])
  func rowsFitAndNothingIsLost(_ columns: Int) {
    let rows = shown([Self.prose], columns: columns)
    for row in rows { #expect(displayWidth(of: row) < columns, "\(row)") }
    let bare = { (text: String) in text.filter { !$0.isWhitespace } }
    #expect(bare(rows.joined()) == bare(Self.prose))
  }

  @Test(arguments: [20, 33, 80])
  func chunksMakeNoDifference(_ columns: Int) {
    let whole = shown([Self.prose], columns: columns)
    #expect(shown(Self.prose.map { String($0) }, columns: columns) == whole)
    let words = Self.prose.split(separator: " ", omittingEmptySubsequences: false)
      .enumerated().map { $0 == 0 ? String($1) : " " + $1 }
    #expect(shown(words, columns: columns) == whole)
  }

  @Test(arguments: [20, 80])
  func holdingBackGivesTheSameRows(_ columns: Int) {
    var stream = WrappingStream(columns: columns, canErase: false)
    var screen = Screen()
    for word in Self.prose.split(separator: " ", omittingEmptySubsequences: false) {
      screen.write(stream.add(word + " "))
    }
    screen.write(stream.finish())
    #expect(screen.text == shown([Self.prose + " "], columns: columns))
  }

  @Test func breaksBetweenWords() {
    #expect(shown(["one two three"], columns: 9) == ["one two ", "three"])
    #expect(wrapped("one two three", to: 7) == ["one two", "three"])
    #expect(wrapped("abcdefghij", to: 4) == ["abcd", "efgh", "ij"])
    #expect(wrapped("漢字漢字", to: 5) == ["漢字", "漢字"])
    #expect(wrapped("", to: 5) == [""])
  }

  @Test func nothingWaitsWhereTheTerminalCanErase() {
    var stream = WrappingStream(columns: 20, canErase: true)
    #expect(stream.add("hel") == "hel")
    #expect(stream.add("lo") == "lo")
    var dumb = WrappingStream(columns: 20, canErase: false)
    #expect(dumb.add("hel") == "")
    #expect(dumb.add("lo ") == "hello ")
  }

  @Test func aMarkInTheNextChunkJoins() {
    #expect(shown(["cafe", "\u{301} au lait"], columns: 20) == ["cafe\u{301} au lait"])
  }
}
