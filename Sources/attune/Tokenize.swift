import ArgumentParser
import Engine

/// Text to token ids.
struct Tokenize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn a JSON array of strings on standard input into an array of id arrays.",
    discussion: "No token is put before a text. Any GGUF file with a vocabulary will do.")

  @OptionGroup var model: ModelOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Parse special tokens such as <|im_start|>; without, they are plain text.")
  var special = false

  func run() throws {
    let texts = try TokenInput.strings(StandardInput.readAll())
    let tokenizer = try TextModel(path: model.path()).tokenizer
    try StandardOutput.line(
      .array(texts.map { .ids(tokenizer.encode($0, special: special)) }))
  }
}
