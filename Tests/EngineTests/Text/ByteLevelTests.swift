import Engine
import Testing

@Suite("Byte-level BPE")
struct ByteLevelTests {
  private func pieces(_ description: TokenizerDescription, _ text: String) throws -> [String] {
    let tokenizer = try Tokenizer(description)
    return tokenizer.encode(text).map { String(decoding: tokenizer.bytes(of: $0), as: UTF8.self) }
  }

  @Test func theLowestRankMergesFirstAndTheLeftmostOfEquals() throws {
    let ranked = TinyVocabulary.byteLevel(["bc", "ab", "abc"], merges: ["b c", "a b", "a bc"])
    #expect(try pieces(ranked, "abc") == ["abc"])
    #expect(try pieces(ranked, "abb") == ["ab", "b"])
    let doubled = TinyVocabulary.byteLevel(["aa"], merges: ["a a"])
    #expect(try pieces(doubled, "aaaaa") == ["aa", "aa", "a"])
  }

  @Test func aWordThatIsAnEntryNeedsNoMergesInLlama3() throws {
    let entries = ["hello", "Ġyou"]
    let llama3 = TinyVocabulary.byteLevel(entries, preTokenizer: "llama-bpe")
    #expect(try pieces(llama3, "hello you") == ["hello", " you"])
    let gpt2 = TinyVocabulary.byteLevel(entries)
    #expect(try pieces(gpt2, "hello").count == 5)
  }

  @Test func entriesThatAreCanonicallyEqualStayApart() throws {
    // Composed and decomposed é: equal as Strings, different as bytes.
    let tokenizer = try Tokenizer(
      TinyVocabulary.byteLevel(["Ã©", "eÌģ"], merges: ["Ã ©", "e Ì", "eÌ ģ"]))
    #expect(tokenizer.encode("\u{E9}") == [256])
    #expect(tokenizer.encode("e\u{301}") != [256])
    #expect(tokenizer.decode(tokenizer.encode("e\u{301}")) == Array("e\u{301}".utf8))
  }

  @Test func mergesWhoseOutcomeIsNoEntryAreLeftOut() throws {
    #expect(try pieces(TinyVocabulary.byteLevel(merges: ["x y"]), "xy") == ["x", "y"])
  }

  @Test(arguments: ["ab", "a ", " ", ""]) func damagedMergesAreRefused(_ rule: String) {
    #expect(throws: TokenizerError.badMerge(rank: 0)) {
      try Tokenizer(TinyVocabulary.byteLevel(merges: [rule]))
    }
  }

  @Test func aListOfKindsOfAnotherLengthIsRefused() {
    var description = TinyVocabulary.byteLevel()
    description.kinds.removeLast()
    #expect(
      throws: TokenizerError.lengthMismatch(
        key: "tokenizer.ggml.token_type", count: 255, expected: 256)
    ) { try Tokenizer(description) }
  }

  @Test func idsThatAreNotInTheVocabularyStandForNothing() throws {
    let tokenizer = try Tokenizer(TinyVocabulary.byteLevel())
    #expect(tokenizer.decode([-1, 97, 256, .max]) == Array("a".utf8))
  }

  @Test func longWordsTakeNoQuadraticTime() throws {
    // 60 kB in debug builds would take minutes if each merge walked the word.
    let tokenizer = try Tokenizer(
      TinyVocabulary.byteLevel(["aa", "aaaa"], merges: ["a a", "aa aa"]))
    #expect(tokenizer.encode(String(repeating: "a", count: 60_000)).count == 15_000)
  }
}
