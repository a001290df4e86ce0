import Testing
import Workbench

@Suite struct WordDiffTests {
  /// `[-removed-]` and `{+added+}`, as git writes them.
  private func marked(_ before: String, _ after: String) -> String {
    WordDiff(before, after).spans.map { span in
      switch span.kind {
      case .equal: span.text
      case .removed: "[-\(span.text)-]"
      case .added: "{+\(span.text)+}"
      }
    }.joined()
  }

  @Test(arguments: [
    ("same text", "same text", "same text"),
    ("", "new", "{+new+}"),
    ("old", "", "[-old-]"),
    ("I like cats.", "I like dogs.", "I like [-cats-]{+dogs+}."),
    ("hello world", "hello, world", "hello{+,+} world"),
    ("a b c", "a c", "a [-b -]c"),
    ("the quick fox", "a slow dog", "[-the quick fox-]{+a slow dog+}"),
    ("one\ntwo", "one\n\ntwo", "one\n{+\n+}two"),
    ("it's 3.14 now", "it's 3.15 now", "it's [-3.14-]{+3.15+} now"),
    ("end", "end\n", "end{+\n+}"),
    ("今日は晴れです", "今日は雨です", "今日は[-晴れ-]{+雨+}です"),
  ])
  func marksLookNatural(before: String, after: String, expected: String) {
    #expect(marked(before, after) == expected)
  }

  @Test func equalMeansEqualBytes() {
    let diff = WordDiff("caf\u{E9} au lait", "cafe\u{301} au lait")
    #expect(!diff.isEqual)
    #expect(diff.spans.map(\.kind) == [.removed, .added, .equal])
  }

  private static let pieces = [
    "a", "b", "the", "cat", " ", " ", "  ", "\n", "\r\n", ".", ",", "!", "'", "e\u{301}", "\u{E9}",
    "\u{301}", "日", "本", "\u{1F469}\u{200D}\u{1F4BB}", "\u{1F1E9}", "\u{200B}", "\t", "3.5",
    "don't",
  ]

  @Test(arguments: 1...300)
  func eachSideComesBack(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func text() -> String {
      (0..<Int.random(in: 0..<40, using: &random)).map { _ in
        Self.pieces.randomElement(using: &random) ?? ""
      }.joined()
    }
    let before = text()
    var after = text()
    if seed % 2 == 0 { after = before + after }
    let diff = WordDiff(before, after)
    #expect(Array(diff.before.map(\.text).joined().utf8) == Array(before.utf8))
    #expect(Array(diff.after.map(\.text).joined().utf8) == Array(after.utf8))
    #expect(diff.isEqual == (Array(before.utf8) == Array(after.utf8)))
    #expect(diff.spans.allSatisfy { !$0.text.utf8.isEmpty })
    for (left, right) in zip(diff.spans, diff.spans.dropFirst()) {
      #expect(left.kind != right.kind)
      #expect(!(left.kind == .added && right.kind == .removed))
    }
  }

  /// As many elements are kept as the longest common subsequence has, found the slow way.
  @Test(arguments: 1...200)
  func theEditScriptIsShortest(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func numbers() -> [Int] {
      (0..<Int.random(in: 0..<30, using: &random)).map { _ in Int.random(in: 0..<4, using: &random)
      }
    }
    let (left, right) = (numbers(), numbers())
    var table = [[Int]](
      repeating: [Int](repeating: 0, count: right.count + 1), count: left.count + 1)
    for i in left.indices {
      for j in right.indices {
        table[i + 1][j + 1] =
          left[i] == right[j] ? table[i][j] + 1 : max(table[i][j + 1], table[i + 1][j])
      }
    }
    let matches = EditScript(left, right).matches
    #expect(matches.count == table[left.count][right.count])
    #expect(matches.allSatisfy { left[$0.left] == right[$0.right] })
    for (first, second) in zip(matches, matches.dropFirst()) {
      #expect(first.left < second.left && first.right < second.right)
    }
    // With next to no search, a script may be longer but is right.
    for match in EditScript(left, right, costLimit: 1).matches {
      #expect(left[match.left] == right[match.right])
    }
  }

  @Test func scrapsThatMatchByChanceDoNotCutAChangeUp() {
    #expect(
      marked(
        "Paris is a city that has captivated me, and I love it.",
        "Arr, the city of gold, and luxury!")
        == "[-Paris is a city that has captivated me, and I love it.-]"
        + "{+Arr, the city of gold, and luxury!+}")
    #expect(
      marked("I like cats and dogs", "I like cows and pigs")
        == "I like [-cats-]{+cows+} and [-dogs-]{+pigs+}")
  }

  @Test func gaugesCountWords() {
    let gauges = Gauges(WordDiff("It is 3.5 km, no more.", "It is 4 miles away, no more."))
    #expect(gauges.wordsBefore == 6)
    #expect(gauges.wordsAfter == 7)
    #expect(gauges.removedWords == 2)
    #expect(gauges.addedWords == 3)
    #expect(gauges.changedWords == 3)
  }

  @Test func hugeTextsThatHaveNothingInCommonEnd() {
    let before = (0..<8_000).map { "a\($0)" }.joined(separator: " ")
    let after = (0..<8_000).map { $0 % 500 == 0 ? "a\($0)" : "b\($0)" }.joined(separator: " ")
    let diff = WordDiff(before, after)
    #expect(diff.before.map(\.text).joined() == before)
    #expect(diff.after.map(\.text).joined() == after)
    #expect(diff.spans.contains { $0.kind == .equal && $0.text.contains("a") })
  }
}
