import Workbench

extension Command {
  static let export = Command(
    name: "export", arguments: "FOLDER [force]",
    summary: "Write the adapter in PEFT's format.",
    details: """
      The folder holds adapter_config.json and adapter_model.safetensors, as Hugging Face's tools read them.
      Defaults: a folder that is not empty is written into after a question, in a script not at all; with force, \
      always.
      Example: /export pirate-adapter
      """,
    group: .sessions, completes: .each([.file, .choice(["force"])])
  ) { words, console in
    try words.expect(atMost: 2)
    let folder = console.path(try words.word(at: 0, what: "The folder"))
    let isForced = try words.isForced(at: 1)
    if !isFolder(folder) || !fileNames(in: folder).isEmpty {
      try console.checkOverwrite(folder, force: isForced, usage: words.usage)
    }
    try console.workbench.exportAdapter(to: folder)
    try console.output.answer(FileReport(path: folder)) {
      console.output.prose(
        "the adapter of \(burstName(console.workbench.session.current)) is in "
          + console.shownPath(folder))
    }
    return .prompt
  }
}
