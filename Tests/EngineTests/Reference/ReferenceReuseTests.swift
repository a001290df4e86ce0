import Engine
import Testing

/// Taking over what was computed before must not show in a single digit of the real model's replies.
@Suite("Reference: replies with and without earlier sequences", .serialized)
struct ReferenceReuseTests {
  let model: Model
  let adapter: Adapter

  init() throws {
    model = try ReferenceModel.load()
    adapter = try Fixtures.formulaAdapter(
      model, rank: 4, alpha: 8, targets: Projection.allCases.map(\.moduleName))
  }

  private func rows(_ messages: [Message]) throws -> [GenerationRow] {
    let template = try #require(model.template)
    let tokenizer = try #require(model.tokenizer)
    let prompt = try template.render(messages, generationPrompt: true).tokens(tokenizer).ids
    let hash = adapter.hash
    return [
      GenerationRow(prompt: prompt, adapter: nil),
      GenerationRow(prompt: prompt, adapter: adapter, adapterHash: hash),
    ]
  }

  @Test func `a conversation takes over its earlier turns`() throws {
    let store = KVStore()
    let tokenizer = try #require(model.tokenizer)
    var messages: [Message] = []
    for (turn, question) in ["Tell me about Paris.", "And in winter?", "Why?"].enumerated() {
      messages.append(Message(role: "user", content: question))
      let rows = try rows(messages)
      let sampling = Sampling(maxTokens: 24)
      let found = try model.generate(rows, sampling: sampling, precision: .rounded, store: store)
      let fresh = try model.generate(rows, sampling: sampling, precision: .rounded)
      #expect(found.map(\.ids) == fresh.map(\.ids))
      #expect(fresh.allSatisfy { $0.reusedTokens == 0 })
      #expect(found.allSatisfy { turn == 0 ? $0.reusedTokens == 0 : $0.reusedTokens > 30 })
      messages.append(
        Message(
          role: "assistant",
          content: String(decoding: tokenizer.decode(found[0].ids), as: UTF8.self)))
    }
  }

  @Test func `kept keys are those that are computed afresh`() throws {
    let rows = try rows([Message(role: "user", content: "Tell me about Paris.")])
    func logits(_ store: KVStore?) throws -> [[Float]] {
      var decoding = try Decoding(model, rows, maxTokens: 8, precision: .rounded, store: store)
      _ = decoding.prefill { false }
      for token in [504, 2016, 314] as [Token] { decoding.step(rows.indices.map { ($0, token) }) }
      decoding.keep(rows.map { _ in [504, 2016, 314] })
      return rows.indices.map { decoding.logits.row($0) }
    }
    let store = KVStore()
    let first = try logits(store)
    #expect(try logits(store) == first)
    #expect(try logits(nil) == first)
  }
}
