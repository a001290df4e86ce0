/// A word diff on its way to spans: changes, each with the text after it that both sides share.
struct DiffBlocks {
  private struct Block {
    var removed = ""
    var added = ""
    var equal = ""

    var isChange: Bool { !removed.utf8.isEmpty || !added.utf8.isEmpty }
    var size: Int { max(removed.utf8.count, added.utf8.count) }
  }

  // The last block is open: its shared text is still to come.
  private var blocks = [Block()]

  /// Words that only one side has.
  mutating func change(_ left: ArraySlice<Words.Word>, _ right: ArraySlice<Words.Word>) {
    for word in left { remove(word.gap, word.text) }
    for word in right { add(word.gap, word.text) }
  }

  /// A word that both sides have; the white space before it may differ.
  mutating func keep(_ left: Words.Word, _ right: Words.Word) {
    let last = blocks.count - 1
    if !blocks[last].isChange, last > 0, left.gap.utf8.elementsEqual(right.gap.utf8) {
      blocks[last - 1].equal += left.gap + left.text
    } else {
      remove(left.gap)
      add(right.gap)
      blocks[last].equal = String(left.text)
      blocks.append(Block())
    }
  }

  /// White space at the end.
  mutating func end(_ left: Substring, _ right: Substring) {
    remove(left)
    add(right)
  }

  private mutating func remove(_ pieces: Substring...) {
    for piece in pieces { blocks[blocks.count - 1].removed += piece }
  }

  private mutating func add(_ pieces: Substring...) {
    for piece in pieces { blocks[blocks.count - 1].added += piece }
  }

  /// Joins changes that only a scrap of shared text keeps apart: one that is short beside the changes on either side
  /// is there by chance, and a reader sees one change (as diff-match-patch's semantic clean-up by N. Fraser).
  mutating func joinAcrossScraps() {
    var joined: [Block] = []
    for block in blocks {
      joined.append(block)
      while joined.count > 1, let last = joined.last {
        let before = joined[joined.count - 2]
        guard 2 * before.equal.utf8.count <= min(before.size, last.size) else { break }
        joined.removeLast()
        joined[joined.count - 1].removed += before.equal + last.removed
        joined[joined.count - 1].added += before.equal + last.added
        joined[joined.count - 1].equal = last.equal
      }
    }
    blocks = joined
  }

  /// The blocks as spans; white space that both sides of a change share stays unmarked.
  var spans: [WordDiff.Span] {
    var spans: [WordDiff.Span] = []
    func append(_ kind: WordDiff.Kind, _ text: String) {
      if text.utf8.isEmpty { return }
      if spans.last?.kind == kind {
        spans[spans.count - 1].text += text
      } else {
        spans.append(WordDiff.Span(kind, text))
      }
    }
    for block in blocks {
      let (head, removed, added, tail) = DiffBlocks.trimmed(block.removed, block.added)
      append(.equal, head)
      append(.removed, removed)
      append(.added, added)
      append(.equal, tail)
      append(.equal, block.equal)
    }
    return spans
  }

  private static func trimmed(_ removed: String, _ added: String) -> (
    head: String, removed: String, added: String, tail: String
  ) {
    var left = removed.unicodeScalars[...]
    var right = added.unicodeScalars[...]
    var head = String.UnicodeScalarView()
    var tail = String.UnicodeScalarView()
    while let scalar = left.first, scalar == right.first, scalar.properties.isWhitespace {
      head.append(scalar)
      left.removeFirst()
      right.removeFirst()
    }
    while let scalar = left.last, scalar == right.last, scalar.properties.isWhitespace {
      tail.append(scalar)
      left.removeLast()
      right.removeLast()
    }
    return (
      String(head), String(left), String(right), String(String.UnicodeScalarView(tail.reversed()))
    )
  }
}
