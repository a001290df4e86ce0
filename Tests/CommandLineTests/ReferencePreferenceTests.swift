import Testing

/// Pairs and judgements through the program: scored, trained, and scored again.
@Suite("The program learns preferences on the real model")
struct ReferencePreferenceTests {
  private let model: String
  private let folder: TemporaryFolder

  init() throws {
    model = try Fixtures.model()
    folder = try TemporaryFolder()
  }

  private func run(_ arguments: [String]) throws -> [Value] {
    let result = try Program.run(arguments + ["--json", "--model", model])
    try #require(result.code == 0, "\(result.errors)")
    return try result.objects
  }

  @Test func pairsAreScoredTrainedAndWon() throws {
    let data = try folder.write(
      "pairs.jsonl",
      """
      {"prompt": "How are you?", "chosen": "Arr, fit as a fiddle!", "rejected": "I am fine."}
      {"prompt": "Who are you?", "completion": "Arr, a pirate, matey!"}
      {"prompt": "Is it far?", "completion": "I do not know that.", "label": false}
      {"prompt": "Is it late?", "chosen": "Past the rum barrel!", "rejected": "I cannot tell."}
      """)
    let before = try run(["score", "--data", data])
    try #require(before.count == 5)
    #expect(
      before[0].keys == ["index", "nll", "tokens", "rejected_nll", "rejected_tokens", "margin"])
    #expect(before[1].keys == ["index", "nll", "tokens"])
    // Without an adapter the margin is the foundation's own.
    let own = (before[0]["rejected_nll"].number ?? 0) - (before[0]["nll"].number ?? 0)
    #expect(agree(before[0]["margin"].number, own, relative: 1e-6))
    // The bad answer is no part of the total.
    let wanted = [0, 1, 3].reduce(0.0) { $0 + (before[$1]["nll"].number ?? 0) }
    #expect(agree(before[4]["total"]["nll"].number, wanted, relative: 1e-6))
    #expect(before[4]["total"]["pairs"] == .number(2))

    let out = folder.path + "/out"
    let steps = try run([
      "tune", "--data", data, "--out", out, "--steps", "6", "--beta", "0.2", "--rank", "4",
    ])
    let first = steps[0]["judged"]
    #expect(first["count"] == .number(3))
    #expect(first["won"] == .number(0) && first["margin"] == .number(0))
    #expect(steps[5]["judged"]["won"] == .number(3), "\(steps[5])")
    #expect(steps[5]["loss"].number ?? 9 < steps[0]["loss"].number ?? 0)

    let after = try run(["score", "--data", data, "--adapter", out])
    #expect(after[4]["total"]["pairs_won"] == .number(2))
    #expect(after[2]["nll"].number ?? 0 > before[2]["nll"].number ?? 99)
    // As compared with the foundation: what the answers gained on each other.
    let gained =
      (after[0]["rejected_nll"].number ?? 0) - (after[0]["nll"].number ?? 0) - own
    #expect(agree(after[0]["margin"].number, gained, relative: 1e-4, absolute: 1e-3))
  }

  @Test func settingsOutOfRangeAreWrongUse() throws {
    for flags in [["--beta", "0"], ["--chosen-weight", "-1"]] {
      let result = try Program.run(
        ["tune", "--model", model, "--data", "none.jsonl", "--out", folder.path + "/o"] + flags)
      #expect(result.code == 64, "\(result.errors)")
    }
  }
}
