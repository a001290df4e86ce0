import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("What a model's name stands for, and how the REPL is opened")
struct OpeningTests {
  @Test func aNameInHuggingFacesCacheIsFound() throws {
    let folder = try TemporaryFolder()
    let (data, _) = try Fixtures.tinyData(in: folder)
    let repository = folder.path + "/hub/models--some--model"
    try FileManager.default.createDirectory(
      atPath: repository + "/refs", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: repository + "/snapshots", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: repository + "/snapshots/abc123", withDestinationPath: Fixtures.tiny)
    try folder.write("hub/models--some--model/refs/main", "abc123\n")
    let hub = ["HF_HUB_CACHE": folder.path + "/hub"]
    let score = ["score", "--json", "--data", data, "--model"]
    #expect(try Program.run(score + ["some/model"], environment: hub).code == 0)
    #expect(try Program.run(score + ["some/other"], environment: hub).code == 1)
    #expect(try Program.run(score + ["../../some/model"], environment: hub).code == 1)
  }

  @Test func linesOfTheREPLRunOneByOne() throws {
    let result = try Program.run([
      "--json", "--model", Fixtures.tiny, "--threads", "1", "-c", "/status", "-c", "/examples",
    ])
    #expect(result.code == 0, "\(result.errors)")
    #expect(try result.objects.first?["examples"] == .number(0))
  }

  @Test func aScriptStopsAtItsFirstErrorAndNamesTheLine() throws {
    let folder = try TemporaryFolder()
    let script = try folder.write("script", "/status\n/nonsense\n/status\n")
    for (arguments, input) in [(["--run", script], ""), ([], "/status\n/nonsense\n/status\n")] {
      let result = try Program.run(["--model", Fixtures.tiny] + arguments, input: input)
      #expect(result.code == 3)
      #expect(result.errors.contains("line 2"), "\(result.errors)")
      #expect(result.output.lines(with: "0 examples") == 1)
    }
  }

  @Test func whatIsMissingIsNamed() throws {
    let folder = try TemporaryFolder()
    let script = try Program.run(["--model", Fixtures.tiny, "--run", folder.path + "/none"])
    #expect(script.code == 1)
    #expect(script.errors.contains("none"))
    let model = try Program.run(["-c", "/status"])
    #expect(model.code == 1)
    #expect(model.errors.contains("attune fetch smollm2"), "\(model.errors)")
  }
}

extension String {
  /// How many lines have `part` in them.
  fileprivate func lines(with part: String) -> Int {
    split(separator: "\n").count { $0.contains(part) }
  }
}
