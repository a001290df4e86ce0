import Testing

@Suite("Bad input ends with 1 and a sentence that says what to do")
struct BadInputTests {
  /// Runs the program and expects a sentence with all of `words` on standard error, and nothing on standard output.
  private func expectFailure(
    _ arguments: [String], input: String = "", _ words: [String],
    environment: [String: String?] = [:], at location: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Program.run(arguments, input: input, environment: environment)
    #expect(result.code == 1, "\(result.errors)", sourceLocation: location)
    #expect(result.output.isEmpty, sourceLocation: location)
    for word in words {
      #expect(result.errors.contains(word), "\(result.errors)", sourceLocation: location)
    }
    #expect(!result.errors.contains("Fatal error"), "\(result.errors)", sourceLocation: location)
  }

  @Test func aMissingModelIsNamed() throws {
    try expectFailure(["generate", "--prompt", "a"], ["attune fetch smollm2", "make run"])
    try expectFailure(
      ["generate", "--prompt", "a", "--model", "smollm2"], ["attune fetch smollm2"])
    try expectFailure(
      ["score", "--data", "/dev/null", "--model", "/none.gguf"], ["/none.gguf", "attune fetch"])
    try expectFailure(["tokenize", "--model", "org/none"], input: "[]", ["org/none"])
  }

  @Test func aFileThatIsNoModelIsNamed() throws {
    let folder = try TemporaryFolder()
    for (name, text) in [
      ("empty.gguf", ""), ("text.gguf", "hello"), ("cut.gguf", "GGUF\u{3}\0\0\0"),
    ] {
      let path = try folder.write(name, text)
      try expectFailure(["generate", "--prompt", "a", "--model", path], [name])
      try expectFailure(["tokenize", "--model", path], input: "[]", [name])
    }
    try expectFailure(["generate", "--prompt", "a", "--model", folder.path], [folder.path])
    try expectFailure(["tokenize", "--model", folder.path], input: "[]", ["folder"])
  }

  @Test func anArchitectureThatCannotBeRunIsNamed() throws {
    try expectFailure(
      ["generate", "--prompt", "a", "--model", Fixtures.path("text/vocab/ggml-vocab-gpt-2.gguf")],
      ["gpt2"])
  }

  @Test func aModelWithoutATokenizerSaysSo() throws {
    try expectFailure(["generate", "--prompt", "a", "--model", Fixtures.tiny], ["tokenizer"])
    try expectFailure(
      ["generate", "--raw", "--prompt", "a", "--model", Fixtures.tiny], ["tokenizer"])
    try expectFailure(
      ["render", "--messages", "/dev/null", "--model", Fixtures.tiny], ["/dev/null", "not JSON"])
  }

  @Test func badDataLinesAreNumberedAndTheGoodOnesKept() throws {
    let folder = try TemporaryFolder()
    let data = try folder.write(
      "mixed.jsonl",
      """
      {"input_ids":[5,6,7],"labels":[5,6,7]}
      {"input_ids":[5,6
      {"nonsense":1}

      {"input_ids":[8,9],"labels":[-100,9]}

      """)
    let result = try Program.run(["score", "--json", "--model", Fixtures.tiny, "--data", data])
    #expect(result.code == 0, "\(result.errors)")
    #expect(
      result.errors.contains("line 2") && result.errors.contains("line 3"), "\(result.errors)")
    #expect(try result.objects.map { $0["tokens"] } == [.number(2), .number(1), .null])
  }

  @Test func dataWithoutAnExampleIsNamed() throws {
    let folder = try TemporaryFolder()
    let out = ["--out", folder.path + "/out"]
    for (name, text) in [("empty.jsonl", ""), ("bad.jsonl", "{\n"), ("blank.jsonl", "\n\n")] {
      let path = try folder.write(name, text)
      try expectFailure(["score", "--model", Fixtures.tiny, "--data", path], [name])
      try expectFailure(["tune", "--model", Fixtures.tiny, "--data", path] + out, [name])
    }
    try expectFailure(
      ["score", "--model", Fixtures.tiny, "--data", "/none.jsonl"], ["/none.jsonl"])
    try expectFailure(["score", "--model", Fixtures.tiny, "--data", folder.path], [folder.path])
    for line in [
      #"{"input_ids":[5,999],"labels":[5,999]}"#, #"{"input_ids":[5],"labels":[5,6]}"#,
      #"{"input_ids":\#([Int](repeating: 5, count: 300)),"labels":\#([Int](repeating: 5, count: 300))}"#,
      #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#,
    ] {
      let path = try folder.write("line.jsonl", line)
      try expectFailure(["tune", "--model", Fixtures.tiny, "--data", path] + out, ["1"])
    }
    #expect(!folder.names().contains("out"))
  }

  @Test func aPlaceThatCannotBeWrittenIsRefusedBeforeTuning() throws {
    let folder = try TemporaryFolder()
    let (data, _) = try Fixtures.tinyData(in: folder)
    let tune = ["tune", "--model", Fixtures.tiny, "--data", data, "--out"]
    try expectFailure(tune + [data], [data, "--out"])
    try expectFailure(tune + ["/proc/nowhere/out"], ["/proc/nowhere/out"])
    try expectFailure(tune + [folder.path], [folder.path])
    #expect(folder.names().contains("rows.jsonl"))
  }

  @Test func anAdapterThatDoesNotFitIsNamed() throws {
    let folder = try TemporaryFolder()
    let (data, _) = try Fixtures.tinyData(in: folder)
    let score = ["score", "--model", Fixtures.tiny, "--data", data, "--adapter"]
    try expectFailure(score + [folder.path + "/none"], ["none"])
    try expectFailure(score + [folder.path], [folder.path])
    var wide = FormulaAdapter.tiny
    wide.hiddenWidth = 128
    try wide.write(to: folder.path + "/wide", baseModel: "wide")
    try expectFailure(score + [folder.path + "/wide"], ["wide"])
  }

  @Test func messagesThatAreNoneAreNamed() throws {
    let folder = try TemporaryFolder()
    let model = Fixtures.path("text/vocab/ggml-vocab-gpt-2.gguf")
    for (text, word) in [
      ("", "not JSON"), ("{", "not JSON"), ("{}", "no conversation"), ("[]", "no messages"),
      ("[1]", "no conversation"), (#"{"messages":[]}"#, "messages"),
      (#"{"text":"a"}"#, "no messages"),
      (#"[{"role":"user","content":"a"},{"role":"user"}]"#, "content"),
    ] {
      let path = try folder.write("messages.json", text)
      try expectFailure(["render", "--model", model, "--messages", path], ["messages.json", word])
    }
    try expectFailure(["render", "--model", model, "--messages", "/none.json"], ["/none.json"])
  }

  @Test func aFullDiskIsSaid() throws {
    let folder = try TemporaryFolder()
    let (data, _) = try Fixtures.tinyData(in: folder)
    let result = try Program(
      ["score", "--json", "--model", Fixtures.tiny, "--data", data], output: "/dev/full"
    ).wait()
    #expect(result.code == 1)
    #expect(result.errors.contains("No space left"), "\(result.errors)")
  }
}
