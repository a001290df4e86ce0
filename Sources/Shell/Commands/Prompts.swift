import Workbench

extension Command {
  static let prompts = Command(
    name: "prompts", arguments: "[NAME [diff [@BURST [@BURST]]]]",
    summary: "List the prompt suites in prompts/, or run one.",
    details: """
      A suite is a file of lines {"prompt": "…"}; a path will do for its name. /prompts NAME asks each prompt; with \
      diff, the replies of two sides to each are compared, as in /diff; /probe NAME checks them, where something is \
      expected of them. Ctrl-C stops.
      Defaults: without a name it lists the suites; the sides are the foundation and the burst in use; of one burst, \
      that one and the burst in use.
      Example: /prompts facts diff   or   /prompts facts diff @2 @5
      """,
    group: .trying, completes: .each([.suite, .choice(["diff"]), .reference])
  ) { words, console in
    guard let name = words[0] else {
      try console.listSuites()
      return .prompt
    }
    guard let mode = words[1] else {
      try console.run(try console.suite(name))
      return .prompt
    }
    guard mode == "diff" else {
      throw UsageError.notAChoice(mode, what: "What to do with the prompts", choices: ["diff"])
    }
    try words.expect(atMost: 4)
    let sides = words.all.dropFirst(2).joined(separator: " ")
    let (compared, rest) = try console.sidesAndRest(Words(prose: sides, usage: words.usage))
    if !rest.isEmpty { throw UsageError.notABurst(rest) }
    try console.run(try console.suite(name), comparing: compared)
    return .prompt
  }
}

extension Console {
  /// The suites there are, by name.
  func suites() -> [PromptSuite] {
    surroundings.promptFolders.flatMap { PromptSuite.paths(in: $0) }
      .compactMap { try? PromptSuite(path: $0) }
  }

  /// The suite of that name, or at that path.
  func suite(_ name: String) throws -> PromptSuite {
    if name.contains("/") || name.hasSuffix(".jsonl") { return try PromptSuite(path: path(name)) }
    guard let suite = suites().first(where: { $0.name == name }) else {
      let folder = surroundings.promptFolders.joined(separator: " or ")
      throw ShellError.noSuite(name: name, folder: folder)
    }
    return suite
  }

  fileprivate func listSuites() throws {
    let suites = suites()
    if output.isJSON {
      for suite in suites { try output.json(SuiteListing(suite)) }
      return
    }
    if suites.isEmpty {
      let folders = surroundings.promptFolders.joined(separator: " or ")
      output.note("There are no prompts in \(folders). A suite is a file of `{\"prompt\": \"…\"}`.")
    }
    let rows = suites.map { suite in
      [
        sanitisedLine(suite.name),
        counted(suite.entries.count, "prompt")
          + (suite.probes.isEmpty ? "" : ", " + counted(suite.probes.count, "probe")),
        sanitisedLine(suite.entries.first?.prompt ?? ""),
      ]
    }
    output.table(rows)
  }

  /// Asks each prompt of a suite, or compares two sides' replies to each.
  fileprivate func run(_ suite: PromptSuite, comparing sides: Sides? = nil) throws {
    for bad in suite.bad { output.note(sanitised("\(suite.name): \(bad)"), .warning) }
    let conversations = suite.entries.count { $0.isConversation }
    if conversations > 0 {
      output.note(
        "\(counted(conversations, "conversation")) left out: `/probe \(sanitisedLine(suite.name))` asks those."
      )
    }
    guard !suite.entries.isEmpty else { throw ShellError.emptySuite(path: suite.name) }
    for entry in suite.entries where !entry.isConversation {
      output.prose(sanitised("» " + entry.prompt), .prompt)
      try sides.map { try compare(entry.prompt, $0) } ?? ask(entry.prompt)
      if Interrupt.wasPressed || Interrupt.isEnding { return }
      output.line()
    }
  }
}

private struct SuiteListing: Encodable {
  var name: String
  var prompts: Int
  var probes: Int

  init(_ suite: PromptSuite) {
    name = suite.name
    prompts = suite.entries.count
    probes = suite.probes.count
  }
}
