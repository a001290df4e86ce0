import Testing

@Suite("score and tune on a tiny model, against another implementation's values")
struct TinyModelTests {
  @Test func scoreGivesEachItemAndTheTotal() throws {
    let folder = try TemporaryFolder()
    let (data, golden) = try Fixtures.tinyData(in: folder)
    let result = try Program.run(
      ["score", "--json", "--model", Fixtures.tiny, "--data", data])
    #expect(result.code == 0, "\(result.errors)")
    let lines = try result.objects
    try #require(lines.count == 4)
    for (index, line) in lines.dropLast().enumerated() {
      #expect(line.keys == ["index", "nll", "tokens"])
      #expect(line["index"] == .number(Double(index)))
      let trained = golden["labels"].array[index].ids.count { $0 != -100 }
      #expect(line["tokens"] == .number(Double(trained)))
    }
    let total = lines[3]["total"]
    #expect(total.keys == ["nll", "tokens", "perplexity"])
    let mean = (total["nll"].number ?? 0) / (total["tokens"].number ?? 1)
    #expect(agree(mean, golden["batch_loss"].number, relative: 1e-4))
  }

  @Test func scoreUnderAnAdapter() throws {
    let folder = try TemporaryFolder()
    let (data, golden) = try Fixtures.tinyData(in: folder)
    try FormulaAdapter.tiny.write(to: folder.path + "/adapter", baseModel: "tiny")
    let result = try Program.run([
      "score", "--json", "--model", Fixtures.tiny, "--data", data, "--adapter",
      folder.path + "/adapter",
    ])
    let total = try #require(try result.objects.last, "\(result.errors)")["total"]
    let mean = (total["nll"].number ?? 0) / (total["tokens"].number ?? 1)
    #expect(agree(mean, golden["adapter_batch_loss"].number, relative: 1e-4))
  }

  @Test(arguments: [[], ["--threads", "1"]])
  func tuneTakesTheReferencesSteps(_ more: [String]) throws {
    let folder = try TemporaryFolder()
    let (data, golden) = try Fixtures.tinyData(in: folder)
    try FormulaAdapter.tiny.write(to: folder.path + "/adapter", baseModel: "tiny")
    let out = folder.path + "/out"
    let result = try Program.run(
      [
        "tune", "--json", "--model", Fixtures.tiny, "--data", data, "--adapter",
        folder.path + "/adapter", "--out", out, "--steps", "6", "--batch-size", "3", "--order",
        "given", "--learning-rate", "1e-3", "--warmup", "0", "--clip", "none",
      ] + more)
    #expect(result.code == 0, "\(result.errors)")
    let lines = try result.objects
    try #require(lines.count == 7)
    for (index, line) in lines.dropLast().enumerated() {
      #expect(
        line.keys == ["step", "loss", "gradient_norm", "learning_rate", "tokens", "seconds"])
      #expect(line["step"] == .number(Double(index + 1)))
      #expect(line["learning_rate"] == .number(0.001))
      #expect(line["tokens"] == .number(61))
      #expect(
        agree(
          line["loss"].number, golden["adamw_losses"].numbers[index], relative: 1e-3,
          absolute: 5e-4))
    }
    let squares = golden["gradient_norms"].keys.compactMap { golden["gradient_norms"][$0].number }
    let norm = squares.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(agree(lines[0]["gradient_norm"].number, norm, relative: 1e-2))
    let last = lines[6]
    #expect(last.keys == ["adapter", "steps", "seconds", "tokens_per_second", "peak_mib"])
    #expect(last["adapter"] == .string(out))
    #expect(last["steps"] == .number(6))
    #expect(folder.names("out").contains("adapter_config.json"))
    #expect(folder.names("out").contains("adapter_model.safetensors"))
  }

  @Test func twiceTheSameRunGivesTheSameBytes() throws {
    let folder = try TemporaryFolder()
    let (data, _) = try Fixtures.tinyData(in: folder)
    let bytes = try ["a", "b"].map { name in
      let result = try Program.run([
        "tune", "--model", Fixtures.tiny, "--data", data, "--out", "\(folder.path)/\(name)",
        "--epochs", "3", "--batch-size", "2", "--seed", "7", "--threads", name == "a" ? "1" : "2",
      ])
      #expect(result.code == 0, "\(result.errors)")
      return try folder.bytes("\(name)/adapter_model.safetensors")
    }
    #expect(bytes[0] == bytes[1])
    #expect(bytes[0].count > 1000)
  }

  @Test func aBatchLargerThanTheDataIsTheData() throws {
    let folder = try TemporaryFolder()
    let (data, _) = try Fixtures.tinyData(in: folder)
    let result = try Program.run([
      "tune", "--json", "--model", Fixtures.tiny, "--data", data, "--out", folder.path + "/out",
      "--epochs", "2", "--batch-size", "1000000000",
    ])
    #expect(result.code == 0, "\(result.errors)")
    #expect(try result.objects.map { $0["tokens"] }.prefix(2) == [.number(61), .number(61)])
    #expect(try result.objects.count == 3)
  }

  @Test(arguments: [
    ["--rank", "8"], ["--alpha", "9"], ["--targets", "q_proj,v"], ["--layers", "1"],
  ])
  func aFlagThatContradictsTheAdapterIsWrongUse(_ flag: [String]) throws {
    let folder = try TemporaryFolder()
    let (data, _) = try Fixtures.tinyData(in: folder)
    try FormulaAdapter.tiny.write(to: folder.path + "/adapter", baseModel: "tiny")
    let result = try Program.run(
      [
        "tune", "--model", Fixtures.tiny, "--data", data, "--adapter", folder.path + "/adapter",
        "--out", folder.path + "/out",
      ] + flag)
    #expect(result.code == 64)
    #expect(result.errors.contains("contradicts"), "\(result.errors)")
    #expect(!folder.names().contains("out"))
  }

  @Test(arguments: [["--rank", "4"], ["--alpha", "8"], ["--layers", "all"], ["--layers", "3"]])
  func aFlagThatAgreesWithTheAdapterIsFine(_ flag: [String]) throws {
    let folder = try TemporaryFolder()
    let (data, _) = try Fixtures.tinyData(in: folder)
    try FormulaAdapter.tiny.write(to: folder.path + "/adapter", baseModel: "tiny")
    let result = try Program.run(
      [
        "tune", "--model", Fixtures.tiny, "--data", data, "--adapter", folder.path + "/adapter",
        "--out", folder.path + "/out", "--steps", "1",
      ] + flag)
    #expect(result.code == 0, "\(result.errors)")
  }

  @Test func controlCKeepsWhatWasLearnt() throws {
    let folder = try TemporaryFolder()
    let (data, _) = try Fixtures.tinyData(in: folder)
    let program = try Program([
      "tune", "--json", "--model", Fixtures.tiny, "--data", data, "--out", folder.path + "/out",
      "--seconds", "120",
    ])
    #expect(program.interrupt(after: #""step":3"#))
    let result = try program.wait()
    #expect(result.code == 130, "\(result.errors)")
    #expect(folder.names("out").contains("adapter_model.safetensors"))
    let last = try #require(try result.objects.last)
    #expect(last["steps"].number ?? 0 >= 3)
  }

  @Test func aPersonGetsLinesRatherThanJSON() throws {
    let folder = try TemporaryFolder()
    let (data, _) = try Fixtures.tinyData(in: folder)
    let tuned = try Program.run([
      "tune", "--model", Fixtures.tiny, "--data", data, "--out", folder.path + "/out", "--steps",
      "2", "--layers", "2", "--targets", "q,v_proj",
    ])
    #expect(tuned.code == 0, "\(tuned.errors)")
    #expect(tuned.output.contains("2 steps") && tuned.output.split(separator: "\n").count == 1)
    #expect(tuned.errors.contains("q,v of 2 of 3 layers"), "\(tuned.errors)")
    let scored = try Program.run(["score", "--model", Fixtures.tiny, "--data", data])
    #expect(scored.output.contains("perplexity") && !scored.output.contains("{"))
  }
}

@Suite("tune until something holds, on a tiny model")
struct TuneUntilTests {
  private func tune(_ words: [String]) throws -> (result: Program.Result, folder: TemporaryFolder) {
    let folder = try TemporaryFolder()
    let (data, _) = try Fixtures.tinyData(in: folder)
    return (
      try Program.run(
        [
          "tune", "--json", "--model", Fixtures.tiny, "--data", data, "--out",
          folder.path + "/out", "--learning-rate", "1e-2",
        ] + words), folder
    )
  }

  @Test func theStateThatHoldsUpBestIsWritten() throws {
    let (result, _) = try tune(["--hold", "1", "--steps", "12"])
    #expect(result.code == 0, "\(result.errors)")
    let lines = try result.objects
    let held = lines.dropLast().compactMap { $0["held_loss"].number }
    #expect(held.count == 12)
    let end = try #require(lines.last)
    let best = try #require(held.min())
    #expect(end["held_loss"] == .number(best))
    #expect(end["kept_step"] == .number(Double((held.firstIndex(of: best) ?? -1) + 1)))
  }

  @Test func rulesEndIt() throws {
    let (result, _) = try tune(["--until", "7 steps or plateau", "--kl", "1"])
    let end = try #require(try result.objects.last, "\(result.errors)")
    #expect(end["steps"] == .number(7) && end["ended_by"] == .string("7 steps"))
    let (braked, _) = try tune(["--drift", "0.02", "--steps", "60"])
    let last = try #require(try braked.objects.last, "\(braked.errors)")
    #expect(last["ended_by"] == .string("drift<=0.02"))
    #expect((last["kept_step"].number ?? 99) < (last["steps"].number ?? 0))
  }

  @Test(arguments: [
    (["--until", "tea"], 64), (["--until", "probes pass"], 64), (["--drift", "0"], 64),
    (["--kl", "-1"], 64), (["--hold", "3"], 64), (["--hold", "0"], 64),
    (["--held-out", "/none.jsonl"], 1), (["--drift", "1e-30", "--steps", "3"], 1),
  ])
  func whatCannotBeIsRefused(words: [String], code: Int) throws {
    let (result, folder) = try tune(words)
    #expect(Int(result.code) == code, "\(result.errors)")
    #expect(!result.errors.isEmpty)
    #expect(!folder.names().contains("out"))
  }
}
