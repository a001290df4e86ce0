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
}
