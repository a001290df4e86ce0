import ArgumentParser
import Engine

/// A conversation as the model sees it.
struct Render: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a conversation's chat-template text, token ids and which of them are trained.",
    discussion: "Any GGUF file with a vocabulary and a chat template will do.")

  @OptionGroup var model: ModelOptions
  @OptionGroup var output: OutputOptions

  @Option(help: "A JSON file with an array of messages, or an object with \"messages\".")
  var messages: String

  @Flag(help: "End where the assistant is to speak.")
  var generationPrompt = false

  func run() throws {
    let conversation = try MessagesFile.read(messages)
    let model = try TextModel(path: model.path())
    let rendered = try model.template().render(conversation, generationPrompt: generationPrompt)
    let (ids, trained) = rendered.tokens(model.tokenizer)
    guard output.json else {
      try StandardOutput.write(rendered.text)
      if !rendered.text.hasSuffix("\n") { try StandardOutput.write("\n") }
      StandardError.line(
        "\(ids.count) tokens, \(trained.count { $0 }) of them trained. --json shows the ids.")
      return
    }
    try StandardOutput.line(
      .object([
        "text": .string(rendered.text), "ids": .ids(ids),
        "trained": .array(trained.map { .integer($0 ? 1 : 0) }),
      ]))
  }
}
