import Engine

/// A model's vocabulary and chat template, without its weights: any GGUF file has them, also where its architecture
/// cannot be run.
struct TextModel {
  let tokenizer: Tokenizer
  private let path: String
  private let templateSource: String?

  /// Reads the GGUF file at `path`.
  init(path: String) throws {
    guard !isFolder(path) else { throw TextModelError.noTokenizer(path) }
    let file = try GGUFFile(path: path)
    self.path = path
    tokenizer = try Tokenizer(TokenizerDescription(file))
    templateSource = file.metadata["tokenizer.chat_template"]?.string
  }

  /// The chat template; throws where there is none or it is of an unknown kind.
  func template() throws -> ChatTemplate {
    guard let templateSource else { throw TextModelError.noTemplate(path) }
    return try ChatTemplate(source: templateSource, bosText: tokenizer.bosText)
  }
}

/// Why a model has no text side.
enum TextModelError: Error, Equatable, CustomStringConvertible {
  case noTokenizer(String)
  case noTemplate(String)

  var description: String {
    switch self {
    case .noTokenizer(let path):
      "\(path) is a folder, and tokenizers are read from GGUF files only. Score and tune it by \"input_ids\", "
        + "or name a GGUF file."
    case .noTemplate(let path):
      "\(path) has no chat template: it is a base model, which continues raw text (generate --raw)."
    }
  }
}
