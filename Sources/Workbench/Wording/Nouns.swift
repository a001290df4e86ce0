/// The burst's name in a sentence.
package func burstName(_ id: Int?) -> String { id.map { "burst \($0)" } ?? "the foundation" }

/// `count` things, in words: `1 example`, `3 examples`.
package func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
  "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}

extension Gauges {
  /// The counts in words: `13 words changed: 2 before, 13 after`.
  package var words: String {
    "\(counted(changedWords, "word")) changed: \(wordsBefore) before, \(wordsAfter) after"
  }
}

/// `text` as one word of a shell.
package func shellWord(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { byte in
    (97...122).contains(byte | 0x20) || (48...57).contains(byte) || "-_./".utf8.contains(byte)
  }
  return isPlain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
}
