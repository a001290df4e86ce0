/// Counts that sum a word diff up. Words are those with a letter or a digit; signs are not counted.
public struct Gauges: Sendable, Equatable {
  /// Words marked as removed.
  public var removedWords = 0
  /// Words marked as added.
  public var addedWords = 0
  /// Words of the first text.
  public var wordsBefore = 0
  /// Words of the second text.
  public var wordsAfter = 0
  /// Words that changed: the larger of removed and added, so that a replaced word counts once.
  public var changedWords: Int { max(removedWords, addedWords) }

  /// The counts of `diff`.
  public init(_ diff: WordDiff) {
    for span in diff.spans {
      let count = Words(span.text).words.count { $0.counts }
      switch span.kind {
      case .equal:
        wordsBefore += count
        wordsAfter += count
      case .removed:
        removedWords += count
        wordsBefore += count
      case .added:
        addedWords += count
        wordsAfter += count
      }
    }
  }
}
