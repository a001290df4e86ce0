import Engine
import Testing

/// What was computed once is taken over, and nobody can tell by the reply.
@Suite("Keys and values are used again")
struct KVStoreTests {
  let model: Model
  let adapter: Adapter
  let hash: String

  init() throws {
    model = try Model(path: Fixtures.path("tiny/llama"), threads: 2)
    adapter = try Fixtures.formulaAdapter(
      model, rank: 4, alpha: 8, targets: Projection.allCases.map(\.moduleName))
    hash = adapter.hash
  }

  private func tokens(_ count: Int, _ seed: UInt64) -> [Token] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in Token(random.below(320)) }
  }

  /// What comes after each token of a forced reply, and how many tokens of each prompt were taken over.
  private func run(
    _ rows: [GenerationRow], reply: [Token], store: KVStore?, order: Compute.Order = .rows
  ) throws -> (logits: [[[Float]]], reused: [Int]) {
    var decoding = try Decoding(
      model, rows, maxTokens: reply.count + 1, promptOrder: order, stepOrder: .rows, store: store)
    #expect(decoding.prefill { false })
    var logits = [rows.indices.map { decoding.logits.row($0) }]
    for token in reply {
      decoding.step(rows.indices.map { ($0, token) })
      logits.append(rows.indices.map { decoding.logits.row($0) })
    }
    decoding.keep(rows.map { _ in reply })
    return (logits, rows.indices.map { decoding.reused($0) })
  }

  private func rows(_ prompts: [Token]...) -> [GenerationRow] {
    prompts.flatMap { prompt in
      [
        GenerationRow(prompt: prompt, adapter: nil),
        GenerationRow(prompt: prompt, adapter: adapter, adapterHash: hash),
        GenerationRow(prompt: prompt, adapter: adapter, strength: 0.5, adapterHash: hash),
      ]
    }
  }

  @Test func aConversationGoesOnWhereItEnded() throws {
    let store = KVStore()
    var prompt = tokens(20, 1)
    for turn in 0..<4 {
      let reply = tokens(7, UInt64(10 + turn))
      let found = try run(rows(prompt), reply: reply, store: store)
      #expect(try run(rows(prompt), reply: reply, store: nil).logits == found.logits)
      // The last token of the reply was never computed on.
      #expect(found.reused == Array(repeating: turn == 0 ? 0 : prompt.count - 5, count: 3))
      prompt += reply + tokens(5, UInt64(20 + turn))
    }
  }

  @Test func oneTokenIsAlwaysComputed() throws {
    let store = KVStore()
    let rows = rows(tokens(9, 1))
    let first = try run(rows, reply: [3, 4], store: store)
    let second = try run(rows, reply: [3, 4], store: store)
    #expect(first.logits == second.logits)
    #expect(second.reused == [8, 8, 8])
  }

  @Test func aChangedMiddleIsComputedAgain() throws {
    let store = KVStore()
    let prompt = tokens(40, 1)
    _ = try run(rows(prompt), reply: [], store: store)
    var changed = prompt
    changed[25] = (changed[25] + 1) % 320
    let found = try run(rows(changed), reply: [5], store: store)
    #expect(found.reused == [25, 25, 25])
    #expect(try run(rows(changed), reply: [5], store: nil).logits == found.logits)
  }

  @Test func rowsOfOneCallComputeACommonPrefixOnce() throws {
    let system = tokens(30, 1)
    let rows = rows(system + tokens(4, 2), system + tokens(6, 3), system, tokens(5, 4))
    let together = try run(rows, reply: [7, 8], store: nil)
    #expect(together.reused == [0, 0, 0, 30, 30, 30, 29, 29, 29, 0, 0, 0])
    for (index, row) in rows.enumerated() {
      let alone = try run([row], reply: [7, 8], store: nil)
      #expect(alone.logits.map { $0[0] } == together.logits.map { $0[index] })
    }
  }

  @Test func anAdapterOfAnotherContentOrWithoutANameSharesNothing() throws {
    let store = KVStore()
    let prompt = tokens(12, 1)
    _ = try run(rows(prompt), reply: [], store: store)
    let other = try Adapter(adapter.configuration, for: model, seed: 5)
    let strangers = [
      GenerationRow(prompt: prompt, adapter: other, adapterHash: other.hash),
      GenerationRow(prompt: prompt, adapter: adapter),
      GenerationRow(prompt: prompt, adapter: adapter, strength: 0.25, adapterHash: hash),
    ]
    #expect(try run(strangers, reply: [], store: store).reused == [0, 0, 0])
  }

  @Test func whereTheLastDigitsWouldDifferNothingIsTakenOver() throws {
    let store = KVStore()
    let prompt = tokens(12, 1)
    _ = try run(rows(prompt), reply: [], store: store, order: .panels)
    let again = try run(rows(prompt), reply: [], store: store, order: .panels)
    #expect(again.reused == [0, 0, 0])
    #expect(store.bytes == 0)
  }

  @Test func theStoreStaysWithinItsBudgetAndForgetsTheOldest() throws {
    let perToken = 2 * model.configuration.layers * model.configuration.keyValueWidth * 4
    let store = KVStore(budget: 50 * perToken)
    func reused(_ seed: UInt64) throws -> Int {
      let row = GenerationRow(prompt: tokens(20, seed), adapter: nil)
      let reused = try run([row], reply: [], store: store).reused[0]
      #expect(store.bytes <= store.budget)
      return reused
    }
    #expect(try [reused(1), reused(2), reused(1)] == [0, 0, 19])
    // The third pushes out the second, used longest ago.
    #expect(try [reused(3), reused(1), reused(2)] == [0, 19, 0])
    let long = GenerationRow(prompt: tokens(60, 9), adapter: nil)
    _ = try run([long], reply: [], store: store)
    #expect(try run([long], reply: [], store: store).reused == [0])
    store.clear()
    #expect(store.bytes == 0)
  }

  @Test func aSequenceThatGoesOnTakesThePlaceOfItsStart() throws {
    let store = KVStore()
    let prompt = tokens(20, 1)
    let perToken = 2 * model.configuration.layers * model.configuration.keyValueWidth * 4
    for count in [5, 20, 10] {
      let row = GenerationRow(prompt: Array(prompt.prefix(count)), adapter: nil)
      _ = try run([row], reply: [], store: store)
    }
    #expect(store.bytes == 20 * perToken)
  }
}
