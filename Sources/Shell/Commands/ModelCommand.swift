import Workbench

extension Command {
  static let model = Command(
    name: "model", arguments: "[PATH | NAME]",
    summary: "Show the model, or load another one.",
    details: """
      A GGUF file, a folder of config.json and safetensors, or the name of a model in the cache. A session with \
      bursts stays with the model they were made on.
      Defaults: without a name it shows the one in use.
      Example: /model ~/models/SmolLM2-360M-Instruct.Q8_0.gguf
      """,
    group: .settings, completes: .file
  ) { words, console in
    try words.expect(atMost: 1)
    let workbench = console.workbench
    if let word = words[0] {
      try workbench.setModel(try console.surroundings.loadModel(console.path(word)))
    }
    let model = workbench.model
    let report = ModelReport(
      name: model.name, path: model.path, bytes: model.size, parameters: model.parameterCount,
      contextLength: model.contextLength, layers: model.layerCount,
      hasTemplate: model.hasTemplate)
    try console.output.answer(report) {
      console.output.facts([
        ["model", sanitisedLine(model.name)],
        ["file", console.shownPath(model.path)],
        ["size", "\(byteCount(model.size)), \(short(Double(model.parameterCount))) parameters"],
        ["layers", "\(model.layerCount)"],
        ["context", "\(model.contextLength) tokens"],
        ["template", model.hasTemplate ? "chat" : "none: it continues raw text"],
      ])
    }
    return .prompt
  }
}

private struct ModelReport: Encodable {
  var name: String
  var path: String
  var bytes: Int
  var parameters: Int
  var contextLength: Int
  var layers: Int
  var hasTemplate: Bool
}
