import Engine
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Likelihoods, logits and greedy tokens of the real model against transformers in fp32.
@Suite("Reference: SmolLM2 reads as transformers does", .serialized)
struct ReferenceScoreTests {
  let model: Model
  let golden: SmolGolden

  init() throws {
    model = try ReferenceModel.load()
    golden = try SmolGolden.load()
  }

  @Test func `each token of the texts within 1e-3 nats`() throws {
    let items = golden.texts.map {
      TrainingItem(tokens: $0.ids, trained: $0.ids.map { _ in true })
    }
    for (found, text) in zip(try model.score(items, adapter: nil), golden.texts) {
      #expect(found.count == text.nll.count)
      for (a, b) in zip(found, text.nll) {
        #expect(near(Double(a), b, absolute: 1e-3), "\(text.text)")
      }
    }
  }

  @Test func `sums of the chats within 1e-4 with and without an adapter`() throws {
    let run = golden.lora
    let adapter = try Fixtures.formulaAdapter(
      model, rank: run.rank, alpha: run.alpha, targets: run.targets)
    let items = golden.chats.map(\.item)
    for (found, chat) in zip(try model.score(items, adapter: nil), golden.chats) {
      #expect(near(found.reduce(0.0) { $0 + Double($1) }, chat.nll_sum, relative: 1e-4))
    }
    for (found, chat) in zip(try model.score(items, adapter: adapter), golden.chats) {
      #expect(near(found.reduce(0.0) { $0 + Double($1) }, chat.adapter_nll_sum, relative: 1e-4))
    }
  }

  @Test func `chats render to the reference's tokens and mask`() throws {
    let tokenizer = try #require(model.tokenizer)
    let template = try #require(model.template)
    for chat in golden.chats {
      let rendered = try template.render(chat.messages, generationPrompt: false).tokens(tokenizer)
      #expect(Array(rendered.ids.prefix(chat.ids.count)) == chat.ids)
      #expect(Array(rendered.trained.prefix(chat.ids.count)) == chat.labels.map { $0 != -100 })
      #expect(!rendered.trained.dropFirst(chat.ids.count).contains(true))
    }
  }

  struct Prompt: Decodable {
    var prompt: String
    var ids: [Token]
    var greedy: [Token]
  }

  @Test func `last logits within 5e-3`() throws {
    let prompts = try Fixtures.json([Prompt].self, "smollm2/greedy.json")
    let rows = try NumPy.floats(Fixtures.path("smollm2/last.npy"), columns: 49152)
    for (prompt, expected) in zip(prompts, rows) {
      let found = try #require(try model.allLogits(prompt.ids).last)
      let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst < 5e-3, "\(prompt.prompt): \(worst)")
    }
  }

  @Test func `64 greedy tokens, alone and all in one batch`() throws {
    let prompts = try Fixtures.json([Prompt].self, "smollm2/greedy.json")
    let tokenizer = try #require(model.tokenizer)
    let rows = prompts.map { GenerationRow(prompt: $0.ids, adapter: nil) }
    let sampling = Sampling(maxTokens: 64)
    let together = try model.generate(rows, sampling: sampling, ignoreEnd: true)
    for (place, prompt) in prompts.enumerated() {
      #expect(tokenizer.encode(prompt.prompt, special: true) == prompt.ids)
      let alone = try model.generate([rows[place]], sampling: sampling, ignoreEnd: true)[0]
      #expect(alone.ids == prompt.greedy, "\(prompt.prompt)")
      #expect(together[place].ids == alone.ids)
      #expect(alone.stop == .length)
    }
  }

  @Test func `greedy replies stop at the end of turn`() throws {
    for (chat, expected) in zip(golden.chats, golden.greedy) {
      let row = GenerationRow(prompt: Array(chat.ids.prefix(chat.prompt_length)), adapter: nil)
      let reply = try model.generate([row], sampling: Sampling(maxTokens: 48))[0]
      let end = expected.ids.last == 2
      #expect(reply.ids == (end ? Array(expected.ids.dropLast()) : expected.ids))
      #expect(reply.stop == (end ? .end : .length))
      #expect(
        String(decoding: model.tokenizer?.decode(reply.ids) ?? [], as: UTF8.self) == expected.text)
    }
  }
}

/// The one kind of .npy file that the fixtures hold: version 1, little-endian float32, row major.
enum NumPy {
  static func floats(_ path: String, columns: Int) throws -> [[Float]] {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    let numbers = stride(from: start, to: bytes.count, by: 4).map { place in
      Float(
        bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) }
      )
    }
    return stride(from: 0, to: numbers.count, by: columns).map { Array(numbers[$0..<$0 + columns]) }
  }
}
