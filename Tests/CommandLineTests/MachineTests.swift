import Testing

@Suite("doctor, fetch and inspect")
struct MachineTests {
  @Test func doctorSaysWhatIsMissingAndHowToMendIt() throws {
    let result = try Program.run(["doctor", "--json"])
    #expect(result.code == 1)
    let findings = try result.objects
    #expect(findings.allSatisfy { $0.keys == ["check", "state", "detail", "remedy"] })
    let model = findings.first { $0["check"] == .string("model") }
    #expect(model?["state"] == .string("missing"))
    #expect(model?["remedy"].string?.contains("attune fetch smollm2") == true)
    for name in ["processor", "memory", "python", "models", "sessions", "history", "terminal"] {
      #expect(findings.contains { $0["check"] == .string(name) }, "\(name)")
    }
    let words = try Program.run(["doctor"])
    #expect(words.code == 1)
    #expect(words.output.contains("✗ model") && words.output.contains("attune fetch smollm2"))
  }

  @Test func doctorNamesAFolderThatCannotBeWritten() throws {
    let result = try Program.run(
      ["doctor", "--json"], environment: ["XDG_CACHE_HOME": "/proc/nowhere"])
    let models = try result.objects.first { $0["check"] == .string("models") }
    #expect(models?["state"] == .string("missing"))
    #expect(models?["remedy"].string?.contains("XDG_CACHE_HOME") == true)
  }

  @Test func fetchWithoutANetworkSaysWhatToDo() throws {
    let result = try Program.run(
      ["fetch", "smollm2", "--json"],
      environment: ["PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/nowhere", "PIP_NO_CACHE_DIR": "1"])
    #expect(result.code == 1)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("Check the network"), "\(result.errors)")
    #expect(result.errors.contains("SmolLM2-135M-Instruct.Q4_1.gguf"), "\(result.errors)")
  }

  @Test func fetchWithoutPythonSaysWhatToDo() throws {
    let result = try Program.run(["fetch", "smollm2"], environment: ["PATH": "/nowhere"])
    #expect(result.code == 1)
    #expect(result.errors.contains("python3 is missing"), "\(result.errors)")
  }

  @Test func fetchIntoAFolderThatCannotBeMadeSaysWhatToDo() throws {
    let result = try Program.run(
      ["fetch", "smollm2"], environment: ["XDG_CACHE_HOME": "/proc/nowhere"])
    #expect(result.code == 1)
    #expect(result.errors.contains("XDG_CACHE_HOME"), "\(result.errors)")
  }

  @Test func inspectShowsFilesOfEachKind() throws {
    let folder = try TemporaryFolder()
    try FormulaAdapter.tiny.write(to: folder.path + "/adapter", baseModel: "tiny")
    for (path, kind) in [
      (Fixtures.tiny, "model"), (folder.path + "/adapter", "adapter"),
      (Fixtures.tiny + "/model.safetensors", "tensors"),
      (Fixtures.path("text/vocab/ggml-vocab-gpt-2.gguf"), "vocabulary"),
    ] {
      let result = try Program.run(["inspect", "--json", path])
      #expect(result.code == 0, "\(result.errors)")
      #expect(try result.objects.map { $0["kind"] } == [.string(kind)])
      let words = try Program.run(["inspect", path])
      #expect(words.code == 0 && words.output.contains(path))
    }
  }

  @Test func inspectRefusesWhatItCannotRead() throws {
    let folder = try TemporaryFolder()
    let session = try folder.write("session.json", #"{"version":99}"#)
    for path in ["/none", folder.path, session, try folder.write("a.gguf", "GGUF")] {
      let result = try Program.run(["inspect", "--json", path])
      #expect(result.code == 1, "\(path)")
      #expect(result.output.isEmpty && result.errors.contains(path), "\(result.errors)")
    }
  }
}
