/// SentencePiece's BPE: of all neighbours whose union is an entry, the best score merges first.
///
/// Spaces are written U+2581 inside; characters that the vocabulary lacks become byte tokens.
/// Source: llama.cpp, src/llama-vocab.cpp, `llm_tokenizer_spm_session`; the algorithm is that of
/// github.com/google/sentencepiece, src/bpe_model.cc.
struct SentencePieceEncoder: Sendable {
  private let pieces: PieceTable
  /// Each entry's place in the queue: a better score is a smaller number.
  private let order: [UInt32]
  /// The token of each byte that stands alone.
  private let byteTokens: [Token]

  /// U+2581, the space of SentencePiece.
  static let space: [UInt8] = [0xE2, 0x96, 0x81]

  /// Appends the text that `entry` spells: itself, with U+2581 as spaces.
  static func decode(_ entry: [UInt8], into result: inout [UInt8]) {
    var index = 0
    while index < entry.count {
      if entry[index] == space[0], entry[index...].starts(with: space) {
        result.append(0x20)
        index += space.count
      } else {
        result.append(entry[index])
        index += 1
      }
    }
  }

  /// One stretch of the escaped text, linked to its neighbours.
  private struct Symbol {
    /// Its token; -1 where the vocabulary lacks it, or where it was merged into the one before.
    var token: Token
    /// What it would be together with the next symbol; -1 where that is no entry.
    var union: Token
    var previous: Int32
    var next: Int32
    /// Where it lies in the escaped text.
    var start: Int32
    var count: Int32
    /// Where it starts in the text.
    var offset: Int
  }

  /// Throws `lengthMismatch` where scores are given but not for each entry, `unspellable` where a
  /// byte has no token and there is none for "unknown".
  init(_ description: TokenizerDescription, _ pieces: PieceTable) throws(TokenizerError) {
    self.pieces = pieces
    let count = description.entries.count
    guard description.scores.isEmpty || description.scores.count == count else {
      throw .lengthMismatch(
        key: "tokenizer.ggml.scores", count: description.scores.count, expected: count)
    }
    order =
      description.scores.isEmpty
      ? Array(repeating: 0, count: count) : description.scores.map(Self.order)
    var byteTokens: [Token] = []
    for byte in UInt8.min...UInt8.max {
      guard
        let token = pieces.token(Array("<0x\(Self.hexadecimal(byte))>".utf8))
          ?? pieces.token([byte]) ?? description.unknown
      else { throw .unspellable(byte: byte) }
      byteTokens.append(token)
    }
    self.byteTokens = byteTokens
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
  }

  /// A number that falls as the score rises. NaN, which only a damaged file has, comes last.
  private static func order(_ score: Float) -> UInt32 {
    guard !score.isNaN else { return .max }
    // + 0 turns -0 into 0, which compares equal and must be ordered so.
    let bits = (score + 0).bitPattern
    return bits & 0x8000_0000 == 0 ? ~bits & 0x7FFF_FFFF : bits
  }

  /// Appends the tokens of `text[range]`, with a space put before it if `addsSpace`.
  /// - Complexity: O(n log n) for n bytes.
  func encode(_ text: [UInt8], _ range: Range<Int>, addsSpace: Bool, into list: inout TokenList) {
    var escaped: [UInt8] = []
    escaped.reserveCapacity(range.count + range.count / 2 + Self.space.count)
    var symbols: [Symbol] = []
    func append(_ bytes: some Collection<UInt8>, at offset: Int) {
      let start = escaped.count
      escaped.append(contentsOf: bytes)
      symbols.append(
        Symbol(
          token: pieces.token(escaped, start..<escaped.count) ?? -1, union: -1,
          previous: Int32(symbols.count) - 1, next: Int32(symbols.count) + 1, start: Int32(start),
          count: Int32(escaped.count - start), offset: offset))
    }
    if addsSpace { append(Self.space, at: range.lowerBound) }
    var index = range.lowerBound
    while index < range.upperBound {
      let end = min(index + ScalarText.length(ofLead: text[index]), range.upperBound)
      if text[index] == 0x20 {
        append(Self.space, at: index)
      } else {
        append(text[index..<end], at: index)
      }
      index = end
    }
    guard !symbols.isEmpty else { return }
    symbols[symbols.count - 1].next = -1
    merge(&symbols, escaped)
    emit(symbols, escaped, into: &list)
  }

  private func merge(_ symbols: inout [Symbol], _ escaped: [UInt8]) {
    var heap = MinHeap()
    for index in symbols.indices { unite(index, &symbols, escaped, &heap) }
    while let key = heap.pop() {
      let left = Int(key & 0xFFFF_FFFF)
      let union = symbols[left].union
      // Of a symbol that was merged since, an old key is passed over or as good as its new one.
      guard union >= 0, UInt64(order[Int(union)]) == key >> 32 else { continue }
      let right = Int(symbols[left].next)
      let next = symbols[right].next
      symbols[left].token = union
      symbols[left].count += symbols[right].count
      symbols[left].next = next
      symbols[right].union = -1
      if next >= 0 { symbols[Int(next)].previous = Int32(left) }
      let previous = Int(symbols[left].previous)
      if previous >= 0 { unite(previous, &symbols, escaped, &heap) }
      unite(left, &symbols, escaped, &heap)
    }
  }

  /// Finds what the symbol at `index` would be together with its next one, and queues the merge.
  private func unite(
    _ index: Int, _ symbols: inout [Symbol], _ escaped: [UInt8], _ heap: inout MinHeap
  ) {
    let symbol = symbols[index]
    symbols[index].union = -1
    guard symbol.next >= 0 else { return }
    let start = Int(symbol.start)
    let end = start + Int(symbol.count) + Int(symbols[Int(symbol.next)].count)
    guard let union = pieces.token(escaped, start..<end) else { return }
    symbols[index].union = union
    heap.push(UInt64(order[Int(union)]) << 32 | UInt64(index))
  }

  private func emit(_ symbols: [Symbol], _ escaped: [UInt8], into list: inout TokenList) {
    var index = 0
    while index >= 0 {
      let symbol = symbols[index]
      index = Int(symbol.next)
      if symbol.token >= 0 {
        list.append(symbol.token, at: symbol.offset)
        continue
      }
      let bytes = escaped[Int(symbol.start)..<Int(symbol.start + symbol.count)]
      // The three bytes of an escaped space stand for one byte of the text, or for none.
      let isSpace = bytes.elementsEqual(Self.space)
      for (distance, byte) in bytes.enumerated() {
        list.append(byteTokens[Int(byte)], at: symbol.offset + (isSpace ? 0 : distance))
      }
    }
  }
}
