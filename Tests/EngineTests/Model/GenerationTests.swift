import Engine
import Testing

/// Design rule 6: results depend on the seed and the inputs only.
@Suite("Generation is the same whatever the threads, the company and the cache")
struct GenerationTests {
  let model: Model
  let adapter: Adapter

  init() throws {
    model = try Model(path: Fixtures.path("tiny/llama"), threads: 2)
    adapter = try Fixtures.formulaAdapter(
      model, rank: 4, alpha: 8, targets: Projection.allCases.map(\.moduleName))
  }

  private func prompt(_ count: Int, _ seed: UInt64) -> [Token] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in Token(random.below(320)) }
  }

  private var rows: [GenerationRow] {
    [
      GenerationRow(prompt: prompt(5, 1), adapter: nil),
      GenerationRow(prompt: prompt(5, 1), adapter: adapter),
      GenerationRow(prompt: prompt(90, 2), adapter: adapter, strength: 0.5),
      GenerationRow(prompt: prompt(1, 3), adapter: nil),
    ]
  }

  @Test(arguments: [Sampling(maxTokens: 40), Sampling(temperature: 1, maxTokens: 40, seed: 7)])
  func rowsAloneEqualRowsTogether(sampling: Sampling) throws {
    let together = try model.generate(rows, sampling: sampling, ignoreEnd: true)
    for (row, expected) in zip(rows, together) {
      let alone = try model.generate([row], sampling: sampling, ignoreEnd: true)[0]
      #expect(alone.ids == expected.ids)
      #expect(alone.ids.count == 40)
    }
    #expect(together[0].ids != together[1].ids)
  }

  @Test func aRowsOwnSeedIsTheSeedItDrawsBy() throws {
    let sampling = Sampling(temperature: 1, maxTokens: 40, seed: 7)
    let seeded = [nil, 8, 7].map {
      GenerationRow(prompt: prompt(5, 1), adapter: adapter, seed: $0)
    }
    let found = try model.generate(seeded, sampling: sampling, ignoreEnd: true)
    var other = sampling
    other.seed = 8
    let alone = try model.generate([seeded[0]], sampling: other, ignoreEnd: true)
    #expect(found[1].ids == alone[0].ids)
    #expect(found[0].ids == found[2].ids)
    #expect(found[0].ids != found[1].ids)
  }

  @Test func logitsOfARowDoNotDependOnCompanyOrThreads() throws {
    func logits(_ model: Model, _ rows: [GenerationRow]) throws -> [[Float]] {
      var decoding = try Decoding(model, rows, maxTokens: 4)
      _ = decoding.prefill { false }
      decoding.step(rows.indices.map { ($0, 11) })
      decoding.step(rows.indices.map { ($0, 12) })
      return rows.indices.map { decoding.logits.row($0) }
    }
    let together = try logits(model, rows)
    let single = try Model(path: Fixtures.path("tiny/llama"), threads: 1)
    let many = try Model(path: Fixtures.path("tiny/llama"), threads: 7)
    #expect(try logits(single, rows) == together)
    #expect(try logits(many, rows) == together)
    for (row, expected) in zip(rows, together) {
      #expect(try logits(model, [row])[0] == expected)
    }
  }

  /// With two threads, eight rows and more are shared out whole.
  @Test func manyRowsAreSharedOutAndEachIsAsAlone() throws {
    #expect(model.rowShares(7) == [0..<7])
    #expect(model.rowShares(8) == [0..<4, 4..<8])
    #expect(model.rowShares(11) == [0..<6, 6..<11])
    #expect(try Model(path: Fixtures.path("tiny/llama"), threads: 1).rowShares(11) == [0..<11])
    let many = (0..<11).map { index in
      GenerationRow(
        prompt: prompt(3 + 5 * index, UInt64(index)), adapter: index % 3 == 1 ? adapter : nil)
    }
    let together = try model.generate(many, sampling: Sampling(maxTokens: 20), ignoreEnd: true)
    for (row, expected) in zip(many, together) {
      let alone = try model.generate([row], sampling: Sampling(maxTokens: 20), ignoreEnd: true)[0]
      #expect(alone.ids == expected.ids)
    }
  }

  @Test func cachedEqualsFull() throws {
    let tokens = prompt(30, 4)
    let full = try model.allLogits(tokens, adapter: adapter)
    var decoding = try Decoding(
      model, [GenerationRow(prompt: [tokens[0]], adapter: adapter)], maxTokens: 40)
    _ = decoding.prefill { false }
    for (position, token) in tokens.enumerated() {
      if position > 0 { decoding.step([(0, token)]) }
      for (a, b) in zip(decoding.logits.row(0), full[position]) { #expect(abs(a - b) < 1e-4) }
    }
  }

  @Test func aPromptInStretchesEqualsOneStretch() throws {
    // 200 tokens beside 400 others cross the 512 that are computed at once.
    let long = GenerationRow(prompt: prompt(200, 5), adapter: nil)
    let others = (0..<2).map { GenerationRow(prompt: prompt(200, 6 + UInt64($0)), adapter: nil) }
    var alone = try Decoding(model, [long], maxTokens: 1)
    _ = alone.prefill { false }
    var cut = try Decoding(model, others + [long], maxTokens: 1)
    _ = cut.prefill { false }
    for (a, b) in zip(alone.logits.row(0), cut.logits.row(2)) { #expect(abs(a - b) < 1e-4) }
  }

  @Test func stopsAtLengthAndContext() throws {
    let short = try model.generate(
      [rows[0]], sampling: Sampling(maxTokens: 3), ignoreEnd: true)[0]
    #expect(short.ids.count == 3 && short.stop == .length && short.promptTokens == 5)
    let full = try model.generate(
      [GenerationRow(prompt: prompt(250, 1), adapter: nil)], sampling: Sampling(maxTokens: 100),
      ignoreEnd: true)[0]
    #expect(full.ids.count == model.contextLength - 250 && full.stop == .length)
    let none = try model.generate([rows[0]], sampling: Sampling(maxTokens: 0))[0]
    #expect(none.ids.isEmpty && none.stop == .length)
  }

  @Test func anInterruptKeepsWhatCame() throws {
    var seen = 0
    let replies = try model.generate(
      [rows[0]], sampling: Sampling(maxTokens: 50), ignoreEnd: true,
      onToken: { _, _ in
        seen += 1
        return seen < 4
      })
    let reply = try #require(replies.first)
    #expect(reply.ids.count == 4 && reply.stop == .interrupt)
  }

  @Test func refusesImpossiblePrompts() {
    let tooLong = GenerationRow(prompt: prompt(256, 1), adapter: nil)
    #expect(throws: ModelError.promptTooLong(tokens: 256, context: 256)) {
      try model.generate([tooLong], sampling: Sampling())
    }
    #expect(throws: ModelError.emptyPrompt) {
      try model.generate([GenerationRow(prompt: [], adapter: nil)], sampling: Sampling())
    }
    #expect(throws: ModelError.unknownToken(-1, vocabulary: 320)) {
      try model.generate([GenerationRow(prompt: [-1], adapter: nil)], sampling: Sampling())
    }
  }
}
