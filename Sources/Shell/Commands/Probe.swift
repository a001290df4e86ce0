import Workbench

extension Command {
  static let probe = Command(
    name: "probe", arguments: "[SUITE] [base]",
    summary: "Check a suite's replies, before and after tuning.",
    details: """
      A suite is a file of lines such as {"prompt": "What do bees make?", "contains": "honey"}; a path will do for \
      its name. Replies take the likeliest tokens; each probe that turned or fails is told with the reason. base \
      asks the foundation alone. A script in which a probe fails ends with exit code 100. docs/probes.md lists what \
      can be expected.
      Defaults: the suite of /set probes NAME, which is also run after each burst; foundation and tuned model \
      together.
      Example: /probe facts
      """,
    group: .trying, completes: .each([.either(.suite, .choice(["base"])), .choice(["base"])])
  ) { words, console in
    try words.expect(atMost: 2)
    let isBase = words.all.last == "base"
    if !isBase, let mode = words[1] {
      throw UsageError.notAChoice(mode, what: "What follows the suite", choices: ["base"])
    }
    let name = words.count > (isBase ? 1 : 0) ? words[0] : console.workbench.session.state.probes
    let suite = try console.probes(name)
    let run = try console.run(suite, foundationOnly: isBase)
    try console.output.show(run)
    if !run.passes { console.probesFailed = true }
    return .prompt
  }
}

extension Console {
  /// The suite of that name, with probes in it; what is wrong with its lines is told.
  func probes(_ name: String?) throws -> PromptSuite {
    guard let name else {
      throw ShellError.noProbesChosen(suites: suites().filter { !$0.probes.isEmpty }.map(\.name))
    }
    let suite = try suite(name)
    output.tellProblems(of: suite)
    if suite.probes.isEmpty, suite.bad.isEmpty { throw ShellError.noProbes(path: suite.path) }
    return suite
  }

  fileprivate func run(_ suite: PromptSuite, foundationOnly: Bool) throws -> ProbeRun {
    defer { output.endProgress() }
    return try workbench.probe(
      suite, foundationOnly: foundationOnly, shouldStop: { Interrupt.take() },
      progress: output.probeProgress)
  }

  /// Runs the suite that was chosen for it after a burst, and says in a line what turned. The burst stands whatever comes
  /// of it, so nothing that goes wrong here is an error.
  func probeAfterBurst() throws {
    guard let name = workbench.session.state.probes, !Interrupt.wasPressed else { return }
    let run: ProbeRun
    do {
      run = try self.run(try probes(name), foundationOnly: false)
    } catch {
      output.note(shown("The probes were not run: \(error)"), .warning)
      return
    }
    try output.answer(ProbeSummary(run)) { output.prose(run.line) }
  }
}
