/// Counts of words and sentences as a person would make them.
package enum TextCounts {
  /// Words with a letter or a digit in them.
  static func words(_ text: String) -> Int { Words(text).words.count { $0.counts } }

  /// Sentences with such a word in them; a list's items are sentences of their own.
  package static func sentences(_ text: String) -> Int { Sentences.count(text) }
}
