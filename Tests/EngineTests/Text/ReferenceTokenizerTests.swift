import Engine
import Foundation
import Testing

/// Tokens of a string by llama.cpp; `detok_hex` where detokenising does not give the bytes back.
private struct ReferenceTokens: Decodable {
  var plain: [Token]
  var special: [Token]
  var detok_hex: String?
}

private func tokenizer(ofModel path: String) throws -> Tokenizer {
  try Tokenizer(TokenizerDescription(GGUFFile(path: path)))
}

private func compare(_ tokenizer: Tokenizer, _ reference: String) throws {
  let strings: [String] = try TextFixtures.json("strings.json")
  let expected: [ReferenceTokens] = try TextFixtures.json(reference)
  #expect(strings.count == 212 && expected.count == 212)
  for (text, tokens) in zip(strings, expected) {
    #expect(tokenizer.encode(text) == tokens.plain, "\(text.debugDescription)")
    #expect(tokenizer.encode(text, special: true) == tokens.special, "\(text.debugDescription)")
    let bytes = tokenizer.decode(tokens.special, special: true)
    let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let back = tokens.detok_hex.map { hex == $0 } ?? (bytes == Array(text.utf8))
    #expect(back, "\(text.debugDescription)")
    var stream = TextStream(tokenizer, special: true)
    let streamed = tokens.special.map { stream.push($0) }.joined() + stream.finish()
    #expect(streamed == String(decoding: bytes, as: UTF8.self))
  }
}

@Suite("Tokens of the real models equal llama.cpp's")
struct ReferenceTokenizerTests {
  private static let model: String = {
    let environment = ProcessInfo.processInfo.environment
    if let path = environment["ATTUNE_TEST_MODEL"] { return path }
    let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
    return cache + "/attune/models/SmolLM2-135M-Instruct.Q4_1.gguf"
  }()
  private static let gemma = ProcessInfo.processInfo.environment["ATTUNE_TEST_GEMMA"]

  @Test func smollm2() throws {
    try compare(try tokenizer(ofModel: Self.model), "tokens-smollm2.json")
  }

  @Test(
    "Gemma 3, where its file is at hand",
    .enabled(if: gemma != nil, "set ATTUNE_TEST_GEMMA to gemma-3-270m-q4_k_m.gguf"))
  func gemma3() throws {
    try compare(try tokenizer(ofModel: try #require(Self.gemma)), "tokens-gemma3.json")
  }

  private struct LabelledChat: Decodable {
    var messages: [Message]
    var ids: [Token]
    var labels: [Token]
  }

  @Test func trainedTokensOfChats() throws {
    let file = try GGUFFile(path: Self.model)
    let tokenizer = try Tokenizer(TokenizerDescription(file))
    let template = try ChatTemplate(
      source: file.string("tokenizer.chat_template"), bosText: tokenizer.bosText)
    let chats: [LabelledChat] = try TextFixtures.json("chat-labels.json")
    #expect(chats.count == 7)
    for chat in chats {
      let (ids, trained) = try template.render(chat.messages, generationPrompt: false)
        .tokens(tokenizer)
      // The reference ends where training ends: without the line break after the last turn.
      #expect(ids.dropLast() == chat.ids[...])
      #expect(zip(ids, trained).map { $1 ? $0 : -100 } == chat.labels + [-100])
    }
  }
}

@Suite("A megabyte in one word is encoded")
struct ReferenceLongTextTests {
  @Test(arguments: ["gpt-2", "llama-spm", "qwen2"], ["a", " ", "ab", "é", "1"])
  func megabyte(_ vocabulary: String, _ unit: String) throws {
    let tokenizer = try TextFixtures.vocabulary(vocabulary)
    let text = String(repeating: unit, count: 1 << 20)
    #expect(tokenizer.decode(tokenizer.encode(text)) == Array(text.utf8))
  }

  @Test func runsOfSpecialTokens() throws {
    let runs = (2...31).map { String(repeating: "\n", count: $0) }
    let tokenizer = try Tokenizer(
      TinyVocabulary.sentencePiece(["▁"], userDefined: runs, addsSpacePrefix: false))
    let text = String(repeating: "\n", count: 1 << 20)
    let ids = tokenizer.encode(text)
    // 1 048 576 = 33 825 x 31 + 1: the last one is a byte token.
    #expect(ids.count == 33_826)
    #expect(tokenizer.decode(ids) == Array(text.utf8))
  }
}
