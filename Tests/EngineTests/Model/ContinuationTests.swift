import Engine
import Testing

/// One forward over a known reply says what decoding would say token by token.
@Suite("A known reply is checked by one forward")
struct ContinuationTests {
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

  private func replies(_ rows: [GenerationRow], _ count: Int) throws -> [KnownReply] {
    try model.generate(rows, sampling: Sampling(maxTokens: count), ignoreEnd: true)
      .map { KnownReply(ids: $0.ids, isEnded: false) }
  }

  @Test func repliesOfTheSameModelAgreeEverywhere() throws {
    // 4 rows of 160 tokens cross the 512 that are computed at once.
    let replies = try replies(rows, 160)
    let choices = try #require(try model.choices(rows, along: replies))
    for (choices, reply) in zip(choices, replies) {
      #expect(choices.map(\.token) == reply.ids)
      #expect(choices.allSatisfy { $0.agrees && $0.margin >= 0 })
    }
    for (index, row) in rows.enumerated() {
      let alone = try model.choices([row], along: [replies[index]])
      #expect(alone == [choices[index]])
    }
  }

  @Test func marginsAreThoseOfDecodingToTheByte() throws {
    let replies = try replies(rows, 12)
    let found = try #require(try model.choices(rows, along: replies))
    var decoding = try Decoding(model, rows, maxTokens: 12)
    #expect(decoding.prefill { false })
    for place in 0..<12 {
      for (row, reply) in replies.enumerated() {
        let logits = decoding.logits.row(row)
        let taken = Int(reply.ids[place])
        let rival = logits.indices.filter { $0 != taken }.map { logits[$0] }.max() ?? 0
        #expect(found[row][place].margin == logits[taken] - rival)
      }
      decoding.step(rows.indices.map { ($0, replies[$0].ids[place]) })
    }
  }

  @Test func theFirstPlaceThatDiffersIsWhereDecodingLeaves() throws {
    let pair = Array(rows.prefix(2))
    let replies = try replies(pair, 40)
    let tuned = try #require(
      try model.choices([pair[1]], along: [replies[0]])?.first)
    let place = try #require(tuned.firstIndex { !$0.agrees })
    let common = zip(replies[0].ids, replies[1].ids).prefix { $0 == $1 }.count
    #expect(place == common)
    #expect(tuned[place].token == replies[1].ids[common])
    #expect(tuned[place].margin < 0)
  }

  @Test func anEndIsExpectedOfAReplyThatEnded() throws {
    // Without a tokenizer the model has no end token, so nothing can agree with one.
    var reply = try replies([rows[0]], 3)[0]
    reply.isEnded = true
    let choices = try #require(try model.choices([rows[0]], along: [reply])?.first)
    #expect(choices.map(\.agrees) == [true, true, true, false])
    #expect(choices[3].margin == -.infinity)
  }

  @Test func anEmptyReplyAndAnInterrupt() throws {
    let empty = KnownReply(ids: [], isEnded: false)
    #expect(try model.choices([rows[0]], along: [empty]) == [[]])
    #expect(try model.choices([], along: []) == [])
    let replies = try replies(rows, 4)
    #expect(try model.choices(rows, along: replies, shouldStop: { true }) == nil)
    var asked = 0
    let late = try model.choices(rows, along: replies) {
      asked += 1
      return asked > 1
    }
    #expect(late == nil)
  }

  @Test func unknownTokensAreRefused() throws {
    let reply = KnownReply(ids: [1, 320], isEnded: false)
    #expect(throws: ModelError.unknownToken(320, vocabulary: 320)) {
      try model.choices([rows[0]], along: [reply])
    }
  }
}
