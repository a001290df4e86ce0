/// Gemma: `<start_of_turn>role`, a line break, the content without white space around it,
/// `<end_of_turn>`, a line break. The assistant is called `model`.
///
/// Source: the templates in the model files of Gemma 1, 2 and 3.
struct GemmaFormat: Sendable, Equatable {
  /// What a template does with a system message at the start.
  private enum SystemMessage: Sendable {
    /// It goes before the first turn's content (Gemma 3).
    case merged
    /// It is refused (Gemma 1 and 2).
    case refused
  }

  private let start: String
  private let systemMessage: SystemMessage

  init(_ source: String, bosText: String?) {
    start = source.contains("bos_token") ? bosText ?? "<bos>" : ""
    let mergesSystem =
      (source.contains("'system'") || source.contains("\"system\""))
      && !source.lowercased().contains("system role not supported")
    systemMessage = mergesSystem ? .merged : .refused
  }

  func render(
    _ messages: [Message], generationPrompt: Bool
  ) throws(ChatTemplateError) -> RenderedChat {
    var chat = RenderedChat()
    if !start.isEmpty { chat.append(start) }
    var prefix = ""
    var first = 0
    if let system = messages.first, system.role == "system" {
      guard systemMessage == .merged else { throw .systemNotSupported }
      prefix = system.content + "\n\n"
      first = 1
    }
    for index in first..<max(first, messages.count) {
      let message = messages[index]
      guard (message.role == "user") == ((index - first) % 2 == 0) else {
        throw .rolesMustAlternate(message: index + 1, role: message.role)
      }
      let isAssistant = message.role == "assistant"
      chat.append("<start_of_turn>\(isAssistant ? "model" : message.role)\n")
      if index == first, !prefix.isEmpty { chat.append(prefix) }
      let isTrained = isAssistant && message.train != false
      chat.append(message.content.trimmed + "<end_of_turn>", trained: isTrained)
      chat.append("\n")
    }
    if generationPrompt { chat.append("<start_of_turn>model\n") }
    return chat
  }
}

extension String {
  /// The text without white space around it, as by Python's `str.strip` and so Jinja's `trim`.
  var trimmed: String {
    func isSpace(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
    }
    let start = unicodeScalars.drop(while: isSpace)
    guard let last = start.lastIndex(where: { !isSpace($0) }) else { return "" }
    return String(start[...last])
  }
}
