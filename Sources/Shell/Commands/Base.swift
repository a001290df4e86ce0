extension Command {
  static let base = Command(
    name: "base", arguments: "[PROMPT]",
    summary: "Hear the foundation, without the adapter.",
    details: "Without a prompt, the last one is asked.",
    group: .trying, takesProse: true
  ) { words, console in
    let prompt = words.isEmpty ? try console.lastPrompt() : try words.prose()
    try console.ask(prompt, foundation: true)
    return .prompt
  }
}
