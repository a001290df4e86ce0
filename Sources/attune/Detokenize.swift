import ArgumentParser
import Engine

/// Token ids to text.
struct Detokenize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn a JSON array of id arrays on standard input into an array of strings.",
    discussion: "Bytes that are not UTF-8, as half a character is, become U+FFFD.")

  @OptionGroup var model: ModelOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Spell special tokens out; without, they are left out.")
  var special = false

  func run() throws {
    let rows = try TokenInput.ids(StandardInput.readAll())
    let tokenizer = try TextModel(path: model.path()).tokenizer
    for (index, row) in rows.enumerated() {
      if let id = row.first(where: { $0 < 0 || $0 >= tokenizer.count }) {
        throw TokenInputError.unknownToken(id, array: index, vocabulary: tokenizer.count)
      }
    }
    try StandardOutput.line(
      .array(
        rows.map {
          .string(String(decoding: tokenizer.decode($0, special: special), as: UTF8.self))
        }
      ))
  }
}
