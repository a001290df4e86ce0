/// Counts that sum a word diff up.
public struct Gauges: Sendable, Equatable {
  /// Words of the first text that are not in the second.
  public var removedWords: Int
  /// Words of the second text that are not in the first.
  public var addedWords: Int
  /// Words of the first text.
  public var wordsBefore: Int
  /// Words of the second text.
  public var wordsAfter: Int
  /// Words that changed: the larger of removed and added, so that a replaced word counts once.
  public var changedWords: Int { max(removedWords, addedWords) }

  /// The counts of `diff`.
  public init(_ diff: WordDiff) { fatalError("unfinished") }
}
