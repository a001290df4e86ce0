extension Command {
  static let base = Command(
    name: "base", arguments: "[PROMPT]",
    summary: "Hear the foundation, without the adapter.",
    details: """
      Without a prompt, the last one is asked; %3 is the third of /turns.
      Example: /base Tell me about Paris.
      """,
    group: .trying, completes: .turn, takesProse: true
  ) { words, console in
    let prompt = try console.prompt(words.text, usage: words.usage)
    try console.ask(prompt, foundation: true)
    return .prompt
  }
}
