import Engine
import Testing

@Suite("Special tokens are found as llama.cpp finds them")
struct SpecialTokenTests {
  private func pieces(_ description: TokenizerDescription, _ text: String, special: Bool) throws
    -> [String]
  {
    let tokenizer = try Tokenizer(description)
    return tokenizer.encode(text, special: special).map {
      String(decoding: tokenizer.bytes(of: $0, special: true), as: UTF8.self)
    }
  }

  @Test func controlTokensOnlyWhereAsked() throws {
    let vocabulary = TinyVocabulary.byteLevel(control: ["<|end|>"], userDefined: ["<b>"])
    #expect(try pieces(vocabulary, "a<|end|><b>", special: true) == ["a", "<|end|>", "<b>"])
    #expect(
      try pieces(vocabulary, "a<|end|><b>", special: false)
        == ["a", "<", "|", "e", "n", "d", "|", ">", "<b>"])
  }

  @Test func theLongestTakesItsPlaceFirst() throws {
    let vocabulary = TinyVocabulary.byteLevel(userDefined: ["ab", "bcd", "b"])
    #expect(try pieces(vocabulary, "abcd", special: false) == ["a", "bcd"])
    #expect(try pieces(vocabulary, "abc", special: false) == ["ab", "c"])
    #expect(try pieces(vocabulary, "bb", special: false) == ["b", "b"])
  }

  @Test func aShorterOneIsFoundWhereALongerOneHasNoRoom() throws {
    let vocabulary = TinyVocabulary.byteLevel(userDefined: ["xxxx", "xx"])
    #expect(try pieces(vocabulary, "xxxxxxx", special: false) == ["xxxx", "xx", "x"])
    let mixed = TinyVocabulary.byteLevel(control: ["xxx"], userDefined: ["x"])
    #expect(try pieces(mixed, "xxxx", special: false) == ["x", "x", "x", "x"])
    #expect(try pieces(mixed, "xxxx", special: true) == ["xxx", "x"])
  }

  @Test func decodingHidesControlTokensUnlessAsked() throws {
    let tokenizer = try Tokenizer(
      TinyVocabulary.byteLevel(control: ["<|end|>"], userDefined: ["<b>"]))
    let ids = tokenizer.encode("a<|end|><b>", special: true)
    #expect(tokenizer.decode(ids) == Array("a<b>".utf8))
    #expect(tokenizer.decode(ids, special: true) == Array("a<|end|><b>".utf8))
  }
}
