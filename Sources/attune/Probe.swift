import ArgumentParser
import Engine
import Shell
import Workbench

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Checks replies against a suite of probes.
struct Probe: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check replies against a suite of probes; exit code 100 where one fails.",
    discussion: """
      Lines of the suite are such as {"prompt": "What do bees make?", "contains": "honey"}. With an adapter, \
      the foundation answers beside it, and each probe that turned is told. Replies are the likeliest tokens.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var adapter: AdapterOptions
  @OptionGroup var output: OutputOptions

  @Option(help: "The suite: a file of probes as JSON Lines.")
  var suite: String

  @Option(help: "The longest reply, in tokens, where a probe says nothing else.")
  var maxTokens = Sampling().maxTokens

  func validate() throws { try check("--max-tokens", maxTokens, atLeast: 1) }

  func run() throws {
    let probes = try PromptSuite(path: suite)
    let screen = makeScreen(json: output.json)
    screen.tellProblems(of: probes)
    if probes.probes.isEmpty, probes.bad.isEmpty { throw ShellError.noProbes(path: suite) }
    let engine = EngineModel(try model.load())
    let weights = try adapter.adapter.map { try engine.weights(peft: $0) }
    let workbench = Workbench(model: engine, places: .current(), unnamed: .memory)
    var sampling = workbench.session.sampling
    sampling.maxTokens = maxTokens
    try workbench.setSampling(sampling)
    Interrupt.install()
    let run = try workbench.probe(
      probes, by: weights, shouldStop: { Interrupt.take() }, progress: screen.probeProgress)
    try screen.show(run)
    if run.outcomes.count < run.total { throw ExitCode.interrupted }
    if !run.passes { throw ExitCode.probesFailed }
  }
}
