/// GPT-2's byte-level BPE: a word's bytes are merged pair by pair, the lowest rank first.
struct ByteLevelEncoder: Sendable {
  private let pieces: PieceTable
  private let preTokenizer: PreTokenizer
  /// The token of each byte; -1 where the vocabulary lacks it.
  private let byteTokens: [Token]
  /// Two tokens → rank.
  private let ranks: PairTable
  /// Rank → the token that the merge makes.
  private let merged: [Token]

  private static let noRank = Int32.max

  /// One stretch of the word, linked to its neighbours.
  private struct Symbol {
    var token: Token
    var previous: Int32
    var next: Int32
    /// The rank of the merge with the next symbol; `noRank` where there is none.
    var rank: Int32
  }

  /// What one text's encoding uses again for each word.
  private struct Scratch {
    var symbols: [Symbol] = []
    var heap = MinHeap()
    var spelling: [UInt8] = []
  }

  /// Throws `unsupported` for an unknown pre-tokenizer and `badMerge` for a rule that is not two
  /// parts. Rules whose parts or outcome the vocabulary lacks can never apply and are left out.
  init(_ description: TokenizerDescription, _ pieces: PieceTable) throws(TokenizerError) {
    self.pieces = pieces
    preTokenizer = try PreTokenizer(named: description.preTokenizer)
    byteTokens = ByteAlphabet.spellings.map { pieces.token($0) ?? -1 }
    var ranks = PairTable(capacity: description.merges.count)
    var merged = [Token](repeating: -1, count: description.merges.count)
    var joined: [UInt8] = []
    for (rank, rule) in description.merges.enumerated() {
      // The space is looked for from the second byte on, as a part is never empty.
      var space = 1
      while space < rule.count, rule[space] != 0x20 { space += 1 }
      guard space + 1 < rule.count else { throw .badMerge(rank: rank) }
      joined.removeAll(keepingCapacity: true)
      for index in rule.indices where index != space { joined.append(rule[index]) }
      if let left = pieces.token(rule, 0..<space),
        let right = pieces.token(rule, (space + 1)..<rule.count),
        let whole = pieces.token(joined)
      {
        merged[rank] = whole
        ranks.insert(left, right, Int32(rank))
      }
    }
    self.ranks = ranks
    self.merged = merged
  }

  /// Appends the tokens of `text[range]`.
  func encode(_ text: [UInt8], _ range: Range<Int>, into list: inout TokenList) {
    var scratch = Scratch()
    for word in preTokenizer.words(of: text, range) {
      if preTokenizer.ignoresMerges, let token = wholeWord(text, word, &scratch) {
        list.append(token, at: word.lowerBound)
      } else {
        merge(text, word, &scratch, into: &list)
      }
    }
  }

  private func wholeWord(_ text: [UInt8], _ word: Range<Int>, _ scratch: inout Scratch) -> Token? {
    guard word.count <= pieces.longest else { return nil }
    scratch.spelling.removeAll(keepingCapacity: true)
    for index in word {
      scratch.spelling.append(contentsOf: ByteAlphabet.spellings[Int(text[index])])
    }
    return pieces.token(scratch.spelling)
  }

  /// - Complexity: O(n log n) for a word of n bytes.
  private func merge(
    _ text: [UInt8], _ word: Range<Int>, _ scratch: inout Scratch, into list: inout TokenList
  ) {
    scratch.heap.removeAll()
    scratch.symbols.removeAll(keepingCapacity: true)
    for index in 0..<word.count {
      scratch.symbols.append(
        Symbol(
          token: byteTokens[Int(text[word.lowerBound + index])], previous: Int32(index) - 1,
          next: index + 1 < word.count ? Int32(index) + 1 : -1, rank: Self.noRank))
    }
    for index in 0..<word.count { rank(index, &scratch) }
    while let key = scratch.heap.pop() {
      let left = Int(key & 0xFFFF_FFFF)
      let rank = Int32(key >> 32)
      // A symbol that was merged since has another rank: its old keys are passed over.
      guard scratch.symbols[left].rank == rank else { continue }
      let right = Int(scratch.symbols[left].next)
      let next = scratch.symbols[right].next
      scratch.symbols[left].token = merged[Int(rank)]
      scratch.symbols[left].next = next
      scratch.symbols[right].rank = Self.noRank
      if next >= 0 { scratch.symbols[Int(next)].previous = Int32(left) }
      let previous = Int(scratch.symbols[left].previous)
      if previous >= 0 { self.rank(previous, &scratch) }
      self.rank(left, &scratch)
    }
    // The first symbol never merges into another, so it is where the chain starts; and as each
    // symbol starts at its own byte, its index is its offset.
    var index = 0
    while index >= 0 {
      let symbol = scratch.symbols[index]
      if symbol.token >= 0 { list.append(symbol.token, at: word.lowerBound + index) }
      index = Int(symbol.next)
    }
  }

  /// Finds the rank of the symbol at `index` with its next one, and queues the merge.
  private func rank(_ index: Int, _ scratch: inout Scratch) {
    let symbol = scratch.symbols[index]
    scratch.symbols[index].rank = Self.noRank
    guard symbol.next >= 0 else { return }
    let rank = ranks.value(symbol.token, scratch.symbols[Int(symbol.next)].token)
    guard rank != PairTable.none else { return }
    scratch.symbols[index].rank = rank
    scratch.heap.push(UInt64(rank) << 32 | UInt64(index))
  }
}
