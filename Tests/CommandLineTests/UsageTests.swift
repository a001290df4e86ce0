import Testing

@Suite("Wrong use ends with 64 and a sentence")
struct UsageTests {
  static let wrong: [[String]] = [
    ["nonsense"], ["--nonsense"], ["--threads", "0"], ["--run", "a", "-c", "b"],
    ["generate"], ["generate", "--prompt", "a", "--messages", "b"],
    ["generate", "--messages", "b", "--raw"],
    ["generate", "--prompt", "a", "--temperature", "nan"],
    ["generate", "--prompt", "a", "--temperature=-1"],
    ["generate", "--prompt", "a", "--top-p", "0"],
    ["generate", "--prompt", "a", "--top-k=-1"], ["generate", "--prompt", "a", "--min-p", "1.5"],
    ["generate", "--prompt", "a", "--max-tokens", "0"], ["generate", "--prompt", "a", "--seed=-1"],
    ["generate", "--prompt", "a", "--seed", "99999999999999999999"],
    ["probe"], ["probe", "--suite", "s", "--max-tokens", "0"],
    ["score"], ["score", "--data"], ["tune", "--data", "d"], ["tune", "--out", "o"],
    ["tune", "--data", "d", "--out", "o", "--steps", "1", "--epochs", "1"],
    ["tune", "--data", "d", "--out", "o", "--steps", "0"],
    ["tune", "--data", "d", "--out", "o", "--seconds", "inf"],
    ["tune", "--data", "d", "--out", "o", "--targets", "q,x"],
    ["tune", "--data", "d", "--out", "o", "--targets", ""],
    ["tune", "--data", "d", "--out", "o", "--layers", "0"],
    ["tune", "--data", "d", "--out", "o", "--rank", "0"],
    ["tune", "--data", "d", "--out", "o", "--alpha", "0"],
    ["tune", "--data", "d", "--out", "o", "--clip", "0"],
    ["tune", "--data", "d", "--out", "o", "--schedule", "square"],
    ["tune", "--data", "d", "--out", "o", "--order", "reverse"],
    ["tune", "--data", "d", "--out", "o", "--batch-size", "0"],
    ["tune", "--data", "d", "--out", "o", "--warmup=-1"],
    ["tune", "--data", "d", "--out", "o", "--learning-rate", "0"],
    ["tune", "--data", "d", "--out", "o", "--weight-decay", "-0.1"],
    ["render"], ["inspect"], ["bench", "--rows", "1,x"], ["bench", "--runs", "0"],
    ["bench", "--only", "nothing"], ["bench", "--quick"], ["bench", "--svg", "a.svg"],
    ["bench", "--epochs", "1"], ["bench", "--layers", "0"],
    ["fetch"], ["fetch", "nonsense"], ["replay"],
    ["report"], ["report", "one"],
  ]

  @Test(arguments: wrong)
  func isRefused(_ arguments: [String]) throws {
    let result = try Program.run(arguments)
    #expect(result.code == 64, "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("Error: "), "\(result.errors)")
  }

  @Test func helpAndVersionAreAnswers() throws {
    let help = try Program.run(["--help"])
    #expect(help.code == 0)
    for name in [
      "generate", "score", "probe", "tune", "replay", "report", "tokenize", "detokenize", "render",
      "inspect",
      "bench",
      "fetch",
      "doctor",
    ] {
      #expect(help.output.contains("  \(name) "), "\(name) is not in the help")
    }
    let version = try Program.run(["--version"])
    #expect(version.code == 0)
    #expect(version.output.split(separator: ".").count == 3)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsAreMade(for shell: String) throws {
    let result = try Program.run(["--generate-completion-script", shell])
    #expect(result.code == 0)
    #expect(result.output.contains("attune") && result.output.contains("detokenize"))
  }
}
