import Engine
import Testing

@Suite("Tokens equal llama.cpp's on its own test vocabularies")
struct VocabularyTests {
  @Test(arguments: TextFixtures.vocabularies)
  func tokens(of vocabulary: TextFixtures.Vocabulary) throws {
    let tokenizer = try vocabulary.tokenizer()
    let expectations = try vocabulary.expectations()
    #expect(expectations.count == 46)
    for (text, ids) in expectations {
      #expect(tokenizer.encode(text) == ids, "\(vocabulary.name): \(text.debugDescription)")
    }
  }

  @Test(arguments: TextFixtures.vocabularies)
  func detokenisingGivesTheTextBack(_ vocabulary: TextFixtures.Vocabulary) throws {
    let tokenizer = try vocabulary.tokenizer()
    for (text, ids) in try vocabulary.expectations() {
      #expect(tokenizer.decode(ids) == Array(text.utf8), "\(vocabulary.name)")
    }
  }

  @Test(arguments: TextFixtures.vocabularies)
  func randomTextComesBack(_ vocabulary: TextFixtures.Vocabulary) throws {
    let tokenizer = try vocabulary.tokenizer()
    var random = TestRandom(state: 1)
    for length in 0..<60 {
      // U+2581 is the space of SentencePiece: as text it cannot come back from it.
      let text = String(
        String.UnicodeScalarView(random.text(length).unicodeScalars.filter { $0 != "\u{2581}" }))
      let (ids, offsets) = tokenizer.encodeWithOffsets(text, special: false)
      #expect(tokenizer.decode(ids) == Array(text.utf8), "\(text.debugDescription)")
      #expect(ids == tokenizer.encode(text))
      #expect(offsets == offsets.sorted())
    }
  }

  @Test func offsetsAreWhereTokensStart() throws {
    let tokenizer = try TextFixtures.vocabulary("gpt-2")
    let text = "Hello, wörld! 你好<|endoftext|> 1234\n\n  x"
    let bytes = Array(text.utf8)
    let (ids, offsets) = tokenizer.encodeWithOffsets(text, special: true)
    for (index, id) in ids.enumerated() {
      let end = index + 1 < offsets.count ? offsets[index + 1] : bytes.count
      #expect(Array(bytes[offsets[index]..<end]) == tokenizer.bytes(of: id, special: true))
    }
  }

  @Test func metadataSaysWhichTokensEndAReply() throws {
    let expected: [String: (ends: Set<Token>, bos: Token, addsBOS: Bool, prefix: Bool)] = [
      "gpt-2": ([50256], 50256, false, false),
      "llama-bpe": ([128_001, 128_009], 128_000, true, false),
      "llama-spm": ([2], 1, true, true),
      // 128 247 is an ordinary entry that reads </s>.
      "qwen2": ([128_247, 151_643, 151_645], 151_643, false, false),
    ]
    for vocabulary in TextFixtures.vocabularies {
      let said = try vocabulary.tokenizer().description
      let wanted = try #require(expected[vocabulary.name])
      #expect(said.ends == wanted.ends, "\(vocabulary.name)")
      #expect(said.bos == wanted.bos)
      #expect(said.addsBOS == wanted.addsBOS)
      #expect(said.addsSpacePrefix == wanted.prefix)
    }
    #expect(try TextFixtures.vocabulary("llama-spm").bosText == "<s>")
    #expect(try TextFixtures.vocabulary("qwen2").token(spelled: "<|im_end|>") == 151_645)
  }
}
