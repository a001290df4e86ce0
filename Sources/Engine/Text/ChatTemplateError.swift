/// Why a conversation cannot be rendered.
public enum ChatTemplateError: Error, Equatable, Sendable {
  /// The template is of no family that is known by name; `start` is how it begins.
  case unknownTemplate(start: String)
  /// The template is of a family that is known by name but not rendered.
  case unsupportedTemplate(family: String)
  /// A message's role is not one the template writes.
  case unknownRole(String, known: [String])
  /// User and assistant must take turns, the user first; `message` counts from 1.
  case rolesMustAlternate(message: Int, role: String)
  /// The template refuses system messages.
  case systemNotSupported
}

extension ChatTemplateError: CustomStringConvertible {
  /// What is wrong and what to do next.
  public var description: String {
    switch self {
    case .unknownTemplate(let start):
      "The model's chat template (\"\(Self.printable(start))…\") is neither ChatML nor Gemma, the two "
        + "that Attune renders. Continue raw text instead, or choose a model with one of these."
    case .unsupportedTemplate(let family):
      "The model's chat template looks like \(family); Attune renders ChatML and Gemma. "
        + "Continue raw text instead, or choose a model with one of these."
    case .unknownRole(let role, let known):
      "The model's chat template has no role \"\(Self.printable(role))\". "
        + "Use \(known.joined(separator: ", "))."
    case .rolesMustAlternate(let message, let role):
      "Message \(message) is by \"\(Self.printable(role))\", but in this model's chat template user "
        + "and assistant take turns, the user first. Add or remove a turn."
    case .systemNotSupported:
      "The model's chat template refuses system messages. "
        + "Remove it, or put its text before the first user message."
    }
  }

  /// `text` on one line, without control characters.
  private static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}

extension ChatTemplateError {
  /// Texts by which families are told that are not rendered; the first that is met names it.
  private static let foreignFamilies: [(mark: String, family: String)] = [
    ("<|start_header_id|>", "Llama 3"),
    ("<|header_start|>", "Llama 4"),
    ("<<SYS>>", "Llama 2"),
    ("[INST]", "Mistral"),
    ("<|START_OF_TURN_TOKEN|>", "Command R"),
    ("<|start_of_role|>", "Granite"),
    ("<|channel|>", "gpt-oss (Harmony)"),
    ("<|turn>", "Gemma 4"),
    ("<｜User｜>", "DeepSeek"),
    ("[gMASK]", "GLM"),
    ("GPT4 Correct", "OpenChat"),
    ("<|end_of_role|>", "Granite"),
    ("### Instruction", "Alpaca"),
    ("USER: ", "Vicuna"),
  ]

  /// The name of the family that `source` looks like, where that is one that is not rendered.
  static func foreignFamily(of source: String) -> String? {
    if let known = foreignFamilies.first(where: { source.contains($0.mark) }) {
      return known.family
    }
    if source.contains("<|user|>") || source.contains("<|assistant|>") {
      return source.contains("<|end|>") ? "Phi-3" : "Zephyr"
    }
    return nil
  }
}
