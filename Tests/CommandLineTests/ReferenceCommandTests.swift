import Testing

@Suite("The program on the real model gives other implementations' values")
struct ReferenceCommandTests {
  private let model: String
  private let folder: TemporaryFolder

  init() throws {
    model = try Fixtures.model()
    folder = try TemporaryFolder()
  }

  private func run(_ arguments: [String], input: String = "") throws -> [Value] {
    let result = try Program.run(arguments + ["--json", "--model", model], input: input)
    try #require(result.code == 0, "\(result.errors)")
    return try result.objects
  }

  @Test(arguments: [(flag: [], key: "plain"), (flag: ["--special"], key: "special")])
  func tokens(flag: [String], key: String) throws {
    let strings = try Fixtures.text("text/strings.json")
    let expected = try Fixtures.json("text/tokens-smollm2.json").array.map { $0[key].ids }
    let ids = try #require(try run(["tokenize"] + flag, input: strings).first)
    try #require(ids.array.count == expected.count)
    for (index, row) in ids.array.enumerated() {
      #expect(row.ids == expected[index], "string \(index)")
    }
    let back = try run(["detokenize", "--special"], input: "\(ids.array.map(\.ids))")
    let golden = try Fixtures.json("text/tokens-smollm2.json").array
    let texts = try Fixtures.json("text/strings.json").array
    for (index, text) in (back.first?.array ?? []).enumerated()
    where golden[index]["detok_hex"] == .null {
      #expect(text == texts[index], "string \(index)")
    }
  }

  @Test func renderedConversations() throws {
    for conversation in try Fixtures.json("text/chat-smollm2.json")["conversations"].array {
      let file = try folder.write("chat.json", conversation["messages"].line)
      let whole = try #require(try run(["render", "--messages", file]).first)
      #expect(whole.keys == ["text", "ids", "trained"])
      #expect(whole["text"] == conversation["rendered"])
      #expect(whole["ids"].ids.count == whole["trained"].ids.count)
      let open = try run(["render", "--generation-prompt", "--messages", file])
      #expect(open.first?["text"] == conversation["rendered_generation_prompt"])
    }
  }

  @Test func trainedTokensOfConversations() throws {
    for chat in try Fixtures.json("smollm2/golden.json")["chats"].array {
      let file = try folder.write("chat.json", chat["messages"].line)
      let rendered = try #require(try run(["render", "--messages", file]).first)
      // The reference ends with the last turn's end token; the template adds a newline.
      let count = chat["ids"].ids.count
      #expect(Array(rendered["ids"].ids.prefix(count)) == chat["ids"].ids)
      #expect(
        Array(rendered["trained"].ids.prefix(count))
          == chat["labels"].ids.map { $0 == -100 ? 0 : 1 })
    }
  }

  @Test func scores() throws {
    let golden = try Fixtures.json("smollm2/golden.json")
    let texts = golden["texts"].array
    let lines = texts.map { Value.object(["text": $0["text"]]).line }
    let data = try folder.write("texts.jsonl", lines.joined(separator: "\n"))
    let scores = try run(["score", "--data", data])
    for (score, text) in zip(scores, texts) {
      let sum = text["nll"].numbers.reduce(0, +)
      #expect(agree(score["nll"].number, sum, relative: 1e-4), "\(text["text"])")
      #expect(score["tokens"] == .number(Double(text["nll"].array.count)))
    }
  }

  @Test func scoresOfConversations() throws {
    let chats = try Fixtures.json("smollm2/golden.json")["chats"].array
    let data = try writeChats(chats)
    try FormulaAdapter.smolLM2.write(to: folder.path + "/adapter", baseModel: "smollm2")
    for (flags, key) in [
      ([], "nll_sum"), (["--adapter", folder.path + "/adapter"], "adapter_nll_sum"),
    ] {
      let scores = try run(["score", "--data", data] + flags)
      try #require(scores.count == chats.count + 1)
      for (score, chat) in zip(scores, chats) {
        #expect(agree(score["nll"].number, chat[key].number, relative: 1e-4))
      }
    }
  }

  @Test func greedyContinuations() throws {
    for prompt in try Fixtures.json("smollm2/greedy.json").array {
      let text = try #require(prompt["prompt"].string)
      let reply = try #require(
        try run([
          "generate", "--exact", "--ignore-end", "--raw", "--temperature", "0", "--max-tokens",
          "64", "--prompt", text,
        ]).first)
      #expect(reply.keys == ["text", "ids", "stop", "prompt_tokens", "tokens_per_second"])
      #expect(reply["ids"].ids == prompt["greedy"].ids, "\(text)")
      #expect(reply["stop"] == .string("length"))
      #expect(reply["prompt_tokens"] == .number(Double(prompt["ids"].array.count)))
    }
  }

  @Test func greedyReplies() throws {
    let golden = try Fixtures.json("smollm2/golden.json")
    for (chat, reply) in zip(golden["chats"].array, golden["greedy"].array) {
      let turns = Value.array(chat["messages"].array.dropLast())
      let file = try folder.write("turns.json", Value.object(["messages": turns]).line)
      let ours = try run(["generate", "--exact", "--max-tokens", "48", "--messages", file]).first
      // Where the reference stopped, its ids end with the end token, which ours leave out.
      let expected = reply["ids"].ids.filter { $0 != 2 }
      #expect(ours?["ids"].ids == expected)
      #expect(ours?["text"] == reply["text"])
      #expect(ours?["stop"] == .string(expected.count == 48 ? "length" : "end"))
    }
  }

  @Test func tuningTakesTheReferencesSteps() throws {
    let golden = try Fixtures.json("smollm2/golden.json")
    let recipe = golden["lora"]
    let data = try writeChats(Array(golden["chats"].array.prefix(4)))
    try FormulaAdapter.smolLM2.write(to: folder.path + "/adapter", baseModel: "smollm2")
    let out = folder.path + "/out"
    let lines = try run([
      "tune", "--data", data, "--adapter", folder.path + "/adapter", "--out", out, "--steps", "20",
      "--batch-size", "4", "--order", "given", "--learning-rate", "2e-4", "--weight-decay", "0.01",
      "--clip", "1", "--warmup", "0", "--schedule", "constant",
    ])
    try #require(lines.count == 21)
    for (line, loss) in zip(lines, recipe["losses"].numbers) {
      #expect(agree(line["loss"].number, loss, relative: 1e-3, absolute: 5e-4))
    }
    let after = try #require(try run(["score", "--data", data, "--adapter", out]).last)["total"]
    let mean = (after["nll"].number ?? 0) / (after["tokens"].number ?? 1)
    #expect(agree(mean, recipe["loss_after"].number, relative: 1e-3, absolute: 5e-4))
  }

  @Test func benchPrintsEachMeasurement() throws {
    let lines = try run([
      "bench", "--runs", "1", "--prefill", "32", "--decode", "8", "--rows", "1,2", "--batch", "2",
      "--length", "16",
    ])
    #expect(
      lines.map { $0["what"] }
        == [
          "load", "first_token", "prefill", "decode", "decode", "bandwidth", "diff", "tune",
        ].map { .string($0) })
    let load = lines[0]["seconds"].number ?? 0
    #expect(load > 0 && lines[1]["seconds"].number ?? 0 > load)
    #expect(lines[2]["tokens"] == .number(32) && lines[2]["tokens_per_second"].number ?? 0 > 0)
    // 66.4 MB of Q4_1 blocks and 30.1 MB of Q8_0 head.
    #expect(lines[3]["weights_bytes_per_token"] == .number(96_436_224))
    #expect(lines[4]["rows"] == .number(2))
    #expect(lines[4]["weights_bytes_per_token"] == .number(48_218_112))
    #expect(lines[5]["gigabytes_per_second"].number ?? 0 > 0.1)
    #expect(lines[6]["seconds_over_one"].number ?? 0 > 0)
    let tune = lines[7]
    #expect(
      tune.keys.isSuperset(of: [
        "batch", "length", "targets", "rank", "last_layers", "tokens_per_second", "peak_mib",
      ]))
    #expect(tune["last_layers"] == .number(30) && tune["peak_mib"].number ?? 0 > 50)
  }

  @Test func benchTunesOnADataFile() throws {
    let chats = Array(try Fixtures.json("smollm2/golden.json")["chats"].array.prefix(3))
    let data = try writeChats(chats)
    let tune = try #require(
      try run([
        "bench", "--only", "tune", "--data", data, "--batch", "1", "--epochs", "2", "--layers", "2",
      ]).first)
    #expect(tune["data"] == .string("chats.jsonl") && tune["last_layers"] == .number(2))
    // Tokens end with the last trained one, as in the reference.
    let counts = chats.map { $0["ids"].ids.count }
    #expect(tune["step_tokens"].ids == counts + counts)
    #expect(tune["epochs"].array.count == 2)
    #expect(tune["later_tokens_per_second"].number ?? 0 > 0)
    // A fresh adapter changes nothing: the first loss is the foundation's.
    let mean =
      (chats[0]["nll_sum"].number ?? 0) / Double(chats[0]["labels"].ids.count { $0 != -100 })
    #expect(agree(tune["losses"].numbers.first, mean, relative: 1e-3))
  }

  @Test func doctorFindsTheModelWhole() throws {
    let result = try Program.run(["doctor", "--json", "--model", model])
    #expect(result.code == 0, "\(result.output)")
    let found = try result.objects.first { $0["check"] == .string("model") }
    #expect(found?["state"] == .string("ok"))
    #expect(found?["detail"].string?.contains("SHA-256 as published") == true)
  }

  private func writeChats(_ chats: [Value]) throws -> String {
    let lines = chats.map { Value.object(["messages": $0["messages"]]).line }
    return try folder.write("chats.jsonl", lines.joined(separator: "\n"))
  }
}
