import Engine
import Testing

@Suite("SentencePiece's BPE by scores")
struct SentencePieceTests {
  private let first = TinyVocabulary.firstPiece

  @Test func theBestScoreMergesFirst() throws {
    let tokenizer = try Tokenizer(
      TinyVocabulary.sentencePiece(["▁", "a", "b", "c", "bc", "ab", "▁a", "▁abc"]))
    // "bc" has the better score; then "▁a" and "bc" are together an entry.
    #expect(tokenizer.encode("abc") == [first + 7])
    #expect(tokenizer.encode("ab") == [first, first + 5])
  }

  @Test func whatTheVocabularyLacksBecomesBytes() throws {
    let tokenizer = try Tokenizer(TinyVocabulary.sentencePiece(["▁"], addsSpacePrefix: false))
    let bytes = Array("éa".utf8).map { Token($0) + 1 }
    #expect(tokenizer.encode("é a") == [bytes[0], bytes[1], first, bytes[2]])
    let (_, offsets) = tokenizer.encodeWithOffsets("é a", special: false)
    #expect(offsets == [0, 1, 2, 3])
    #expect(tokenizer.decode(tokenizer.encode("é a")) == Array("é a".utf8))
    let spaceless = try Tokenizer(TinyVocabulary.sentencePiece([]))
    #expect(spaceless.encode("a") == Array("▁a".utf8).map { Token($0) + 1 })
  }

  @Test func theAddedSpaceIsTakenAwayAgain() throws {
    let tokenizer = try Tokenizer(
      TinyVocabulary.sentencePiece(["▁", "a", "▁a"], control: ["<s>"], userDefined: ["<b>"]))
    for text in ["a", " a", "  a", "", " ", "<s>a", "<s> a<s>", "a<b>a", "<b>\n"] {
      let ids = tokenizer.encode(text, special: true)
      #expect(tokenizer.decode(ids, special: true) == Array(text.utf8), "\(text)")
    }
    #expect(tokenizer.encode("a") == [first + 2])
    #expect(tokenizer.decode([first + 2], startsText: false) == Array(" a".utf8))
  }

  @Test func damagedScoresAreRefused() {
    var description = TinyVocabulary.sentencePiece(["a"])
    description.scores.removeLast()
    #expect(
      throws: TokenizerError.lengthMismatch(
        key: "tokenizer.ggml.scores", count: 257, expected: 258)
    ) { try Tokenizer(description) }
  }

  @Test func aVocabularyThatCannotSpellAllIsRefused() {
    var description = TinyVocabulary.sentencePiece([])
    description.entries[1] = Array("x".utf8)
    description.unknown = nil
    #expect(throws: TokenizerError.unspellable(byte: 0)) { try Tokenizer(description) }
  }

  @Test func scoresThatAreNoNumbersCrashNothing() throws {
    var description = TinyVocabulary.sentencePiece(["a", "aa"], addsSpacePrefix: false)
    description.scores = description.scores.map { _ in .nan }
    let tokenizer = try Tokenizer(description)
    #expect(tokenizer.decode(tokenizer.encode("aaa")) == Array("aaa".utf8))
  }
}
