import Engine
import Testing

/// What one forward says of the real model's replies is what decoding says, rounded as the replies are.
@Suite("Reference: known replies by one forward", .serialized)
struct ReferenceContinuationTests {
  let model: Model
  let adapter: Adapter

  init() throws {
    model = try ReferenceModel.load()
    adapter = try Fixtures.formulaAdapter(
      model, rank: 4, alpha: 8, targets: Projection.allCases.map(\.moduleName))
  }

  private func prompts() throws -> [[Token]] {
    let template = try #require(model.template)
    let tokenizer = try #require(model.tokenizer)
    return try [
      "What is the capital of France?", "How many days are there in a week?", "What do bees make?",
      "Who wrote Romeo and Juliet?", "Tell me about Paris.", "I had a bad day.",
    ].map {
      try template.render([Message(role: "user", content: $0)], generationPrompt: true)
        .tokens(tokenizer).ids
    }
  }

  private func known(_ rows: [GenerationRow], _ precision: Precision) throws -> [KnownReply] {
    try model.generate(rows, sampling: Sampling(maxTokens: 48), precision: precision).map {
      KnownReply(ids: $0.ids, isEnded: $0.stop == .end)
    }
  }

  @Test(arguments: [Precision.rounded, .exact])
  func `a model's own replies agree to their end`(precision: Precision) throws {
    let rows = try prompts().flatMap {
      [GenerationRow(prompt: $0, adapter: nil), GenerationRow(prompt: $0, adapter: adapter)]
    }
    let replies = try known(rows, precision)
    let choices = try #require(try model.choices(rows, along: replies, precision: precision))
    #expect(choices.allSatisfy { $0.allSatisfy { $0.agrees && $0.margin >= 0 } })
    #expect(
      zip(choices, replies).allSatisfy { $0.count == $1.ids.count + ($1.isEnded ? 1 : 0) })
    #expect(replies.contains { $0.isEnded } && replies.contains { !$0.isEnded })
    // Kept keys and company change nothing, to the byte.
    let store = KVStore()
    _ = try model.generate(
      rows, sampling: Sampling(maxTokens: 4), precision: precision, store: store)
    for (index, row) in rows.enumerated() {
      let alone = try model.choices(
        [row], along: [replies[index]], precision: precision, store: store)
      #expect(alone == [choices[index]])
    }
  }

  @Test func `where a tuned model leaves a reply is where its own reply differs`() throws {
    let prompts = try prompts()
    let plain = try known(prompts.map { GenerationRow(prompt: $0, adapter: nil) }, .rounded)
    let rows = prompts.map { GenerationRow(prompt: $0, adapter: adapter) }
    let tuned = try known(rows, .rounded)
    let choices = try #require(try model.choices(rows, along: plain, precision: .rounded))
    #expect(plain != tuned)
    for (index, row) in choices.enumerated() {
      let place = row.firstIndex { !$0.agrees }
      let common = zip(plain[index].ids, tuned[index].ids).prefix { $0 == $1 }.count
      let isSame = plain[index] == tuned[index]
      #expect(place == (isSame ? nil : common))
      if let place, common < tuned[index].ids.count {
        #expect(row[place].token == tuned[index].ids[common])
      }
    }
  }
}
