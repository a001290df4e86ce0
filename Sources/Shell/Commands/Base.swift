extension Command {
  static let base = Command(
    name: "base", arguments: "[PROMPT]",
    summary: "Hear the foundation, without the adapter.",
    details: """
      %3 is the third prompt of /turns.
      Defaults: the last prompt.
      Example: /base Tell me about Paris.
      """,
    group: .trying, completes: .turn, takesProse: true
  ) { words, console in
    let prompt = try console.prompt(words.text, usage: words.usage)
    try console.ask(prompt, foundation: true)
    return .prompt
  }
}
