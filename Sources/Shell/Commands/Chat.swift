import Workbench

extension Command {
  static let chat = Command(
    name: "chat", arguments: "[on | off]",
    summary: "Continue a conversation, or let prompts stand alone.",
    details: """
      Off, each prompt is a fresh conversation, so that earlier replies do not colour comparisons. /chat on starts a \
      new conversation.
      Defaults: without a word it says which it is; off at first.
      Example: /chat on
      """,
    group: .trying, completes: .choice(["on", "off"])
  ) { words, console in
    try words.expect(atMost: 1)
    if let word = words[0] {
      guard word == "on" || word == "off" else {
        throw UsageError.notAChoice(word, what: "The chat mode", choices: ["on", "off"])
      }
      try console.workbench.setChat(word == "on")
    }
    let isOn = console.workbench.session.state.chat
    try console.output.answer(ChatReport(chat: isOn)) {
      console.output.prose(
        isOn ? "chat is on: prompts continue a conversation" : "chat is off: prompts stand alone")
    }
    return .prompt
  }
}

private struct ChatReport: Encodable {
  var chat: Bool
}
