/// Finds control and user-defined tokens in a text.
///
/// The longest token takes its places first, wherever they are, then the next longest takes what is
/// left, and so on. Source: llama.cpp, src/llama-vocab.cpp, `tokenizer_st_partition`, which
/// searches the text once for each token; here one walk over a trie finds them all.
struct SpecialTokens: Sendable {
  /// A part of a text: a token that was found, or text still to be encoded.
  enum Fragment: Sendable, Equatable {
    case token(Token, offset: Int)
    case text(Range<Int>)
  }

  private struct Entry {
    let token: Token
    let count: Int
    /// Whether it is found in plain text too.
    let isUserDefined: Bool
    /// The longest entry that this one begins with: its rank, or `PairTable.none`.
    var shorter = PairTable.none
  }

  /// Longest first; an entry's index here is its rank.
  private var entries: [Entry] = []
  /// (node, byte) → node. The root is 0.
  private var children: PairTable
  /// Each node's entry: its rank, or `PairTable.none`.
  private var entryOfNode: [Int32] = [PairTable.none]
  /// Whether an entry starts with the byte.
  private var starts = [Bool](repeating: false, count: 256)

  /// The special tokens of a vocabulary.
  init(_ description: TokenizerDescription) {
    let tokens = description.entries.indices.filter { index in
      switch description.kinds[index] {
      case .control, .userDefined, .unknown: !description.entries[index].isEmpty
      case .normal, .unused, .byte: false
      }
    }.sorted { left, right in
      let (a, b) = (description.entries[left].count, description.entries[right].count)
      return a == b ? left < right : a > b
    }
    children = PairTable(capacity: tokens.reduce(0) { $0 + description.entries[$1].count })
    for index in tokens {
      let bytes = description.entries[index]
      let node = insert(bytes)
      guard entryOfNode[node] == PairTable.none else { continue }
      entryOfNode[node] = Int32(entries.count)
      starts[Int(bytes[0])] = true
      entries.append(
        Entry(
          token: Token(index), count: bytes.count,
          isUserDefined: description.kinds[index] == .userDefined))
    }
    for rank in entries.indices {
      entries[rank].shorter = shorter(than: description.entries[Int(entries[rank].token)])
    }
  }

  private mutating func insert(_ bytes: [UInt8]) -> Int {
    var node: Int32 = 0
    for byte in bytes {
      let child = children.value(node, Int32(byte))
      if child != PairTable.none {
        node = child
      } else {
        let new = Int32(entryOfNode.count)
        children.insert(node, Int32(byte), new)
        entryOfNode.append(PairTable.none)
        node = new
      }
    }
    return Int(node)
  }

  private func shorter(than bytes: [UInt8]) -> Int32 {
    var node: Int32 = 0
    var found = PairTable.none
    for byte in bytes.dropLast() {
      node = children.value(node, Int32(byte))
      if entryOfNode[Int(node)] != PairTable.none { found = entryOfNode[Int(node)] }
    }
    return found
  }

  /// The parts of `text` in order; all kinds are found if `special`, else user-defined tokens only.
  /// - Complexity: O(n log n) for n bytes, times the longest token's length.
  func fragments(of text: [UInt8], special: Bool) -> [Fragment] {
    guard !text.isEmpty else { return [] }
    var heap = MinHeap()
    for position in text.indices where starts[Int(text[position])] {
      queue(longest(text, position), position, special, &heap)
    }
    guard !heap.isEmpty else { return [.text(text.indices)] }
    var isTaken = [Bool](repeating: false, count: text.count)
    var found: [(position: Int, entry: Entry)] = []
    while let key = heap.pop() {
      let position = Int(key & Self.positions)
      let entry = entries[Int(key >> Self.positionBits)]
      // What took its place before is at least as long, so it covers an end if it overlaps at all.
      guard !isTaken[position] else { continue }
      guard !isTaken[position + entry.count - 1] else {
        queue(entry.shorter, position, special, &heap)
        continue
      }
      for index in position..<position + entry.count { isTaken[index] = true }
      found.append((position, entry))
    }
    found.sort { $0.position < $1.position }
    var fragments: [Fragment] = []
    var end = 0
    for (position, entry) in found {
      if end < position { fragments.append(.text(end..<position)) }
      fragments.append(.token(entry.token, offset: position))
      end = position + entry.count
    }
    if end < text.count { fragments.append(.text(end..<text.count)) }
    return fragments
  }

  private static let positionBits: UInt64 = 40
  private static let positions: UInt64 = (1 << positionBits) - 1

  /// The rank of the longest entry at `position`, or `PairTable.none`.
  private func longest(_ text: [UInt8], _ position: Int) -> Int32 {
    var node: Int32 = 0
    var found = PairTable.none
    for index in position..<text.count {
      node = children.value(node, Int32(text[index]))
      guard node != PairTable.none else { break }
      if entryOfNode[Int(node)] != PairTable.none { found = entryOfNode[Int(node)] }
    }
    return found
  }

  /// Queues the entry of `rank`, or the longest one it begins with that may be found.
  private func queue(_ rank: Int32, _ position: Int, _ special: Bool, _ heap: inout MinHeap) {
    var rank = rank
    while rank != PairTable.none, !special, !entries[Int(rank)].isUserDefined {
      rank = entries[Int(rank)].shorter
    }
    guard rank != PairTable.none else { return }
    heap.push(UInt64(rank) << Self.positionBits | UInt64(position))
  }
}
