import Workbench

extension Command {
  static let system = Command(
    name: "system", arguments: "[TEXT | none]",
    summary: "Show or set the system prompt.",
    details: """
      It stands before every prompt, and every example that has none of its own. none leaves it to the model's \
      template, "" says that there is none.
      Defaults: without a text it is shown; at first the model's template decides.
      Example: /system You are a pirate.
      """,
    group: .settings, takesProse: true
  ) { words, console in
    if !words.isEmpty {
      let text = try words.prose()
      try console.workbench.setSystem(words.text == "none" ? nil : text)
    }
    let system = console.workbench.session.system
    try console.output.answer(SystemReport(system: system)) {
      if let system, !system.isEmpty {
        console.output.prose(sanitised(system))
      } else {
        console.output.prose(
          system == nil
            ? "No system prompt of its own: the model's template decides."
            : "The system prompt is empty.")
      }
    }
    return .prompt
  }
}

private struct SystemReport: Encodable {
  var system: String?
}
