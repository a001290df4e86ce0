import Shell
import Testing
import Workbench

@Suite struct DiffViewTests {
  private let spans = [
    WordDiff.Span(.equal, "The weather is "), WordDiff.Span(.removed, "nice and sunny "),
    WordDiff.Span(.added, "fair, matey "), WordDiff.Span(.equal, "today."),
  ]

  @Test func bracketsStandForColours() {
    let view = DiffView(spans, palette: Palette(isColoured: false))
    #expect(
      view.lines(width: nil, left: "a", right: "b")
        == ["The weather is [-nice and sunny-] {+fair, matey+} today."])
  }

  @Test func narrowWindowsWrapInline() {
    let view = DiffView(spans, palette: Palette(isColoured: false))
    let rows = view.lines(width: 20, left: "a", right: "b")
    #expect(
      rows.joined(separator: " ") == "The weather is [-nice and sunny-] {+fair, matey+} today.")
    for row in rows { #expect(displayWidth(of: row) < 20) }
  }

  @Test func wideWindowsShowBothSides() {
    let view = DiffView(spans, palette: Palette(isColoured: false))
    let rows = view.lines(width: 100, left: "foundation", right: "tuned")
    #expect(rows.count == 2)
    #expect(rows[0].hasPrefix("foundation") && rows[0].hasSuffix("tuned"))
    #expect(rows[1].contains("The weather is [-nice and sunny-] today."))
    #expect(rows[1].hasSuffix("│ The weather is {+fair, matey+} today."))
    for row in rows { #expect(displayWidth(of: row) < 100) }
  }

  @Test func coloursMarkTheChanges() {
    let view = DiffView(spans, palette: Palette(isColoured: true))
    #expect(
      view.lines(width: nil, left: "a", right: "b")
        == [
          "The weather is \u{1B}[9;31mnice and sunny \u{1B}[0m\u{1B}[32mfair, matey \u{1B}[0mtoday."
        ])
  }

  @Test func coloursSurviveWrapping() {
    let long = WordDiff.Span(.removed, String(repeating: "gone ", count: 20))
    let view = DiffView([long], palette: Palette(isColoured: true))
    for row in view.lines(width: 24, left: "", right: "") {
      #expect(row.hasPrefix("\u{1B}[9;31mgone") && row.hasSuffix("\u{1B}[0m"))
    }
  }

  @Test func modelTextCannotReachTheTerminal() {
    let view = DiffView([WordDiff.Span(.added, "\u{1B}[2J")], palette: Palette(isColoured: false))
    #expect(view.lines(width: nil, left: "", right: "") == ["{+␛[2J+}"])
  }

  /// Whatever the spans, each visible character keeps its kind, at every width.
  @Test func everyCharacterKeepsItsKind() {
    var random = SplitMix(state: 5)
    let pieces = ["a", "B\t", "漢", "e\u{301}", " ", "\n", "👩‍👧", "long-word", "  "]
    for round in 0..<400 {
      let spans = (0..<Int.random(in: 1...8, using: &random)).map { _ in
        let count = Int.random(in: 1...6, using: &random)
        let text = (0..<count).map { _ in
          pieces[Int.random(in: 0..<pieces.count, using: &random)]
        }
        let kinds = [WordDiff.Kind.equal, .removed, .added]
        return WordDiff.Span(kinds[Int.random(in: 0...2, using: &random)], text.joined())
      }
      let width = [nil, 20, 37, 99][round % 4]
      let lines = DiffView(spans, palette: Palette(isColoured: true))
        .lines(width: width, left: "", right: "")
      let expected = spans.map(\.text).joined().filter { !$0.isWhitespace }
      #expect(visible(lines.joined(separator: "\n")).map(\.character) == Array(expected))
      let added = visible(lines.joined(separator: "\n")).filter(\.isAdded).map(\.character)
      let text = spans.filter { $0.kind == .added }.map(\.text).joined()
      #expect(added == text.filter { !$0.isWhitespace }.map { $0 })
    }
  }

  /// The characters that are not white space, and whether they are painted as added.
  private func visible(_ text: String) -> [(character: Character, isAdded: Bool)] {
    var result: [(Character, Bool)] = []
    var isAdded = false
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if character == "\u{1B}" {
        let code = rest.prefix { $0 != "m" }
        rest = rest.dropFirst(code.count + 1)
        isAdded = code == "[32"
      } else if !character.isWhitespace {
        result.append((character, isAdded))
      }
    }
    return result
  }
}
