import Shell
import Testing
import Workbench

@Suite struct StyledTextTests {
  @Test func tokensThatShareACharacterAreOnePiece() {
    let emoji = Array("😀".utf8)
    let tokens = [Array("a".utf8), Array(emoji[..<2]), Array(emoji[2...]), Array(" é".utf8)]
    let pieces = TokenText.pieces(tokens)
    #expect(pieces.map(\.text) == ["a", "😀", " é"])
    #expect(pieces.map(\.tokens) == [0..<1, 1..<3, 3..<4])
  }

  @Test func bytesOfNoTextEndInAReplacement() {
    #expect(
      TokenText.pieces([[0xFF], [0x80], [0x61]]).map(\.text) == ["\u{FFFD}", "\u{FFFD}", "a"])
    #expect(TokenText.pieces([[0xE2, 0x82]]).map(\.text) == ["\u{FFFD}"])
    #expect(TokenText.pieces([]) == [])
  }

  @Test func rowsKeepTheirStyles() {
    let text = StyledText([
      StyledText.Run("one two", nil), StyledText.Run(" three", .heat(4)),
      StyledText.Run(" four", .warning),
    ])
    let rows = text.rows(width: 10, palette: Palette(isColoured: true))
    #expect(rows.map(\.used) == [7, 10])
    #expect(rows[0].text == "one two")
    #expect(rows[1].text == "\u{1B}[30;41mthree\u{1B}[0m\u{1B}[35m four\u{1B}[0m")
    let plain = text.rows(width: nil, palette: Palette(isColoured: false))
    #expect(plain.map(\.text) == ["one two three four"])
  }

  @Test(arguments: [(0.0, 0), (0.09, 0), (0.1, 1), (0.5, 2), (2, 3), (3, 4), (40, 4)])
  func heatHasFiveLevels(divergence: Double, level: Int) {
    #expect(HeatView.level(divergence) == level)
  }

  @Test func percentsKeepWhatMatters() {
    #expect([0, -0.1054, -3, -9].map { percent($0) } == ["100%", "90%", "5.0%", "0.01%"])
  }

  @Test func wordsThatNameBurstsStandFirst() throws {
    let words = Words(prose: "@3 @base  Tell me @7 things", usage: "")
    let (references, rest) = try words.references(atMost: 2)
    #expect(references == [.burst(3), .foundation])
    #expect(rest == "Tell me @7 things")
    #expect(try Words(prose: "@3 @4 hi", usage: "").references(atMost: 1).rest == "@4 hi")
    #expect(throws: UsageError.notABurst("@!")) {
      try Words(prose: "@! hi", usage: "").references(atMost: 2)
    }
  }
}
