import Testing
import Workbench

@Suite struct SuggestionTests {
  private let names = ["help", "model", "system", "tune", "undo", "redo", "history", "quit"]

  @Test(arguments: [
    ("tun", "tune"), ("tnue", "tune"), ("histroy", "history"), ("hlep", "help"), ("TUNE", "tune"),
    ("unod", "undo"), ("modle", "model"),
  ])
  func findsTheSlip(_ word: String, _ expected: String) {
    #expect(nearestName(to: word, in: names) == expected)
  }

  @Test(arguments: ["xyzzy", "", "e", "frobnicate"])
  func staysSilentWhereNothingIsClose(_ word: String) {
    #expect(nearestName(to: word, in: names) == nil)
  }

  @Test(arguments: [
    ("", "", 0), ("abc", "", 3), ("", "abc", 3), ("kitten", "sitting", 3), ("ab", "ba", 1),
    ("ca", "abc", 3),
  ])
  func countsEdits(_ a: String, _ b: String, _ distance: Int) {
    #expect(editDistance(Array(a), Array(b)) == distance)
  }
}
