import Workbench

extension Command {
  static let prompts = Command(
    name: "prompts", arguments: "[NAME [diff]]",
    summary: "List the prompt suites in prompts/, or run one.",
    details: """
      Without a name it lists them. A suite is a file of lines {"prompt": "…"}; a path will do for its name. /prompts NAME asks \
      each prompt, /prompts NAME diff compares the replies to each; /probe NAME checks them, where \
      something is expected of them. Ctrl-C stops.
      Example: /prompts facts diff
      """,
    group: .trying, completes: .suite
  ) { words, console in
    try words.expect(atMost: 2)
    guard let name = words[0] else {
      try console.listSuites()
      return .prompt
    }
    if let mode = words[1], mode != "diff" {
      throw UsageError.notAChoice(mode, what: "What to do with the prompts", choices: ["diff"])
    }
    try console.run(try console.suite(name), comparing: words[1] != nil)
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
    for line in tableLines(rows, width: output.width.map { $0 - 1 }) { output.line(line) }
  }

  fileprivate func run(_ suite: PromptSuite, comparing: Bool) throws {
    for bad in suite.bad { output.note(sanitised("\(suite.name): \(bad)"), .warning) }
    let conversations = suite.entries.count { $0.isConversation }
    if conversations > 0 {
      output.note(
        "\(counted(conversations, "conversation")) left out: `/probe \(sanitisedLine(suite.name))` asks those."
      )
    }
    guard !suite.entries.isEmpty else { throw ShellError.emptySuite(path: suite.name) }
    for entry in suite.entries where !entry.isConversation {
      if !output.isJSON {
        for row in output.width.map({ wrapped(sanitised("» " + entry.prompt), to: $0 - 1) })
          ?? [sanitised("» " + entry.prompt)]
        {
          output.line(output.palette.paint(row, .prompt))
        }
      }
      try comparing ? compare(entry.prompt) : ask(entry.prompt)
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
