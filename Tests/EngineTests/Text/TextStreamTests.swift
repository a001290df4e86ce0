import Engine
import Testing

@Suite("A stream of tokens never shows half a character")
struct TextStreamTests {
  private static let tokenizer = try? Tokenizer(TinyVocabulary.byteLevel(control: ["<|end|>"]))

  /// What a stream gives for `bytes` one by one, and at the end.
  private func stream(_ bytes: [UInt8]) throws -> [String] {
    var stream = TextStream(try #require(Self.tokenizer))
    return bytes.map { stream.push(Token($0)) } + [stream.finish()]
  }

  @Test(arguments: ["héllo wörld", "你好，世界", "👨‍👩‍👧‍👦🇫🇷", "a\u{0}\n\u{7FF}\u{800}\u{FFFF}\u{10000}"])
  func eachCharacterComesWithItsLastByte(_ text: String) throws {
    var expected: [String] = []
    for scalar in text.unicodeScalars {
      let count = String(scalar).utf8.count
      expected += Array(repeating: "", count: count - 1) + [String(scalar)]
    }
    #expect(try stream(Array(text.utf8)) == expected + [""])
  }

  @Test func brokenBytesShowAtOnce() throws {
    let broken: [(bytes: [UInt8], shown: [String])] = [
      ([0x80], ["\u{FFFD}", ""]), ([0xFF, 0x61], ["\u{FFFD}", "a", ""]),
      ([0xC3, 0x61], ["", "\u{FFFD}a", ""]), ([0xC0], ["\u{FFFD}", ""]),
      // A surrogate, an overlong form and a value past U+10FFFF: the second byte cannot be right.
      ([0xED, 0xA0], ["", "\u{FFFD}\u{FFFD}", ""]), ([0xE0, 0x80], ["", "\u{FFFD}\u{FFFD}", ""]),
      ([0xF4, 0x90], ["", "\u{FFFD}\u{FFFD}", ""]),
      ([0xF0, 0x9F, 0x98], ["", "", "", "\u{FFFD}"]),
      ([0xF0, 0x9F, 0xC3, 0xA9], ["", "", "\u{FFFD}", "é", ""]),
    ]
    for (bytes, shown) in broken { #expect(try stream(bytes) == shown, "\(bytes)") }
  }

  @Test func anyBytesGiveWhatDecodingAllAtOnceGives() throws {
    var random = TestRandom(state: 3)
    let choices: [UInt8] = [0x41, 0x80, 0x9F, 0xA0, 0xBF, 0xC3, 0xE0, 0xED, 0xF0, 0xF4, 0xFF]
    for _ in 0..<300 {
      let bytes = (0..<20).map { _ in choices[Int.random(in: choices.indices, using: &random)] }
      #expect(try stream(bytes).joined() == String(decoding: bytes, as: UTF8.self), "\(bytes)")
    }
  }

  @Test func controlTokensAreHiddenUnlessAsked() throws {
    let tokenizer = try #require(Self.tokenizer)
    var hidden = TextStream(tokenizer)
    var shown = TextStream(tokenizer, special: true)
    #expect(hidden.push(256) == "")
    #expect(shown.push(256) == "<|end|>")
  }

  @Test func aReplyKeepsTheSpaceItBeginsWith() throws {
    var stream = TextStream(try Tokenizer(TinyVocabulary.sentencePiece(["▁", "▁a"])))
    #expect(stream.push(TinyVocabulary.firstPiece + 1) == " a")
  }
}
