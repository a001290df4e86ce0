import Shell
import Testing

@Suite struct TextWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("한국", 4),
    ("\u{1112}\u{1161}\u{11AB}", 2),
    ("ﾊﾝ", 2), ("ＡＢ", 4), ("😀", 2), ("❤", 1), ("❤️", 2), ("👩‍👩‍👧‍👦", 2), ("🇫🇷", 2), ("👍🏽", 2),
    ("1️⃣", 2), ("─│█", 3), ("…", 1), ("\u{200B}", 0), ("नमस्ते", 4), ("、。", 4), ("☕", 2), ("🀄", 2),
  ])
  func countsCells(_ text: String, _ width: Int) {
    #expect(displayWidth(of: text) == width)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("漢字漢字", 6, "漢字…"), ("漢字", 4, "漢字"),
    ("漢字", 3, "漢…"), ("abc", 1, "…"), ("abc", 0, ""),
  ])
  func cuts(_ text: String, _ width: Int, _ expected: String) {
    #expect(truncated(text, to: width) == expected)
    #expect(displayWidth(of: truncated(text, to: width)) <= width)
  }

  @Test func columnsReadDownwards() {
    #expect(columns(["a", "b", "c", "d", "e"], width: 9) == "a  c  e\nb  d\n")
    #expect(columns(["long-name", "x"], width: 8) == "long-n…\nx\n")
    #expect(columns([], width: 20) == "")
  }

  @Test func tablesAlign() {
    let rows = [["/tune", "20", "steps"], ["/漢", "1", "a long explanation"]]
    #expect(tableLines(rows, width: nil) == ["/tune  20  steps", "/漢    1   a long explanation"])
    #expect(tableLines(rows, width: 16)[1] == "/漢    1   a lo…")
  }
}
