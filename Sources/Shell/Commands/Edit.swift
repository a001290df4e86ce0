import Workbench

extension Command {
  static let edit = Command(
    name: "edit", arguments: "NUMBER [PROMPT => REPLY]",
    summary: "Change an example.",
    details: """
      With a prompt and a reply written after the number, those are taken; what was rejected stays so.
      Defaults: the example opens in $VISUAL or $EDITOR, each turn under its role; without an editor, on the line.
      Example: /edit 3 "Who are you?" => "Cap'n Attune!"
      """,
    group: .examples, completes: .example, takesProse: true
  ) { words, console in
    let number = String(words.text.prefix { !$0.isWhitespace })
    guard !number.isEmpty else {
      throw UsageError.missing(what: "The example's number", usage: words.usage)
    }
    let id = try wholeNumber(number, what: "The example's number", in: 1...Int.max)
    let rest = Words(
      prose: String(words.text.dropFirst(number.count)), usage: words.usage)
    let workbench = console.workbench
    if !rest.isEmpty {
      let content = try ExampleText.content(rest.pair(), insteadOf: console.content(of: id))
      try console.tell(try workbench.editExample(id, content), "changed")
      return .prompt
    }
    let content = try console.content(of: id)
    let hasEditor = TextEditor(environment: console.surroundings.environment) != nil
    let pair = hasEditor ? nil : ExampleText.pair(content)
    let text = pair ?? ExampleText.editable(content)
    let isChanged = try console.edit(text, what: "Example \(id)", usage: words.usage) { edited in
      let changed: ExampleContent
      if pair != nil {
        changed = ExampleText.content(
          try Words(prose: edited, usage: words.usage).pair(), insteadOf: content)
      } else {
        changed = try ExampleText.content(edited, like: content)
      }
      try console.tell(try workbench.editExample(id, changed), "changed")
    }
    if !isChanged { console.output.note("Nothing was changed.") }
    return .prompt
  }
}

extension Console {
  fileprivate func content(of id: Int) throws -> ExampleContent {
    guard let content = workbench.session.example(id)?.revision?.content else {
      throw WorkbenchError.noSuchExample(id, last: workbench.session.examples.last?.id ?? 0)
    }
    return content
  }
}
