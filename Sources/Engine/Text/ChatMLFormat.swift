/// ChatML: `<|im_start|>role`, a line break, the content, `<|im_end|>`.
///
/// Models differ in what they add, so that is read from the template's own text.
struct ChatMLFormat: Sendable, Equatable {
  /// The system message that stands for a missing one.
  private var defaultSystem: String?
  /// What stands before everything: BOS, for templates that write it.
  private var start = ""
  /// What follows `<|im_end|>`.
  private var turnEnd = ""
  /// Whether white space around a message is left out.
  private var trimsContent = false
  /// Whether a role is written as it is, whichever it be.
  private var takesAnyRole = false

  private static let open = "<|im_start|>"
  private static let close = "<|im_end|>"
  private static let knownRoles = ["system", "user", "assistant"]

  /// Reads the layout from `source`; throws, naming what it looks like, where it is another.
  init(_ source: String, bosText: String?) throws(ChatTemplateError) {
    if source.contains("<|im_sep|>") { throw .unsupportedTemplate(family: "Phi-4") }
    // These take earlier thoughts out of a conversation and put empty ones in.
    if source.contains("<think>") {
      throw .unsupportedTemplate(family: "ChatML with thinking, as in Qwen3")
    }
    let sketch = TemplateSketch(source)
    let flow = sketch.flow
    guard let turn = Self.turn(flow) else {
      throw .unsupportedTemplate(family: "a variant of ChatML with turns of its own")
    }
    turnEnd = turn.end
    trimsContent = turn.content.contains("trim") || turn.content.contains("strip()")
    // A template that treats tools apart writes no role but those it names.
    takesAnyRole = turn.writesRole && !source.contains("\"tool\"") && !source.contains("'tool'")
    defaultSystem = Self.defaultSystem(sketch, flow)
    let beforeTurns = flow.prefix { part in
      if case .text(let text) = part { !text.contains(Self.open) } else { true }
    }
    if beforeTurns.contains(.expression("bos_token")) { start = bosText ?? "" }
  }

  /// How the template lays out a turn: the expression of its content and what follows its end.
  private static func turn(
    _ flow: [TemplateSketch.Part]
  ) -> (content: String, end: String, writesRole: Bool)? {
    for (index, part) in flow.enumerated() {
      guard case .text(let text) = part else { continue }
      let writesRole = text.hasSuffix(open)
      var next = index + 1
      if writesRole {
        guard next + 1 < flow.count, case .expression(let role) = flow[next],
          role.contains("role"), flow[next + 1] == .text("\n")
        else { continue }
        next += 2
      } else if !["user\n", "assistant\n"].contains(where: { text.hasSuffix(open + $0) }) {
        continue
      }
      guard next + 1 < flow.count, case .expression(let content) = flow[next],
        content.contains("content"), case .text(let after) = flow[next + 1],
        after.hasPrefix(close)
      else { continue }
      return (content, after.hasPrefix(close + "\n") ? "\n" : "", writesRole)
    }
    return nil
  }

  /// The system message the template holds as a text, either in a whole turn or by a name.
  private static func defaultSystem(
    _ sketch: TemplateSketch, _ flow: [TemplateSketch.Part]
  ) -> String? {
    let head = open + "system\n"
    for case .text(let text) in sketch.parts {
      guard let start = text.firstRange(of: head)?.upperBound,
        let end = text[start...].firstRange(of: close)?.lowerBound, start < end
      else { continue }
      return String(text[start..<end])
    }
    for index in flow.indices.dropLast() {
      guard case .text(let text) = flow[index], text.hasSuffix(head),
        case .expression(let name) = flow[index + 1], let system = sketch.constants[name],
        !system.isEmpty
      else { continue }
      return system
    }
    return nil
  }

  func render(
    _ messages: [Message], generationPrompt: Bool
  ) throws(ChatTemplateError) -> RenderedChat {
    var chat = RenderedChat()
    if !start.isEmpty { chat.append(start) }
    if let defaultSystem, let first = messages.first, first.role != "system" {
      chat.append("\(Self.open)system\n\(defaultSystem)\(Self.close)\(turnEnd)")
    }
    for message in messages {
      guard takesAnyRole || Self.knownRoles.contains(message.role) else {
        throw .unknownRole(message.role, known: Self.knownRoles)
      }
      let content = trimsContent ? message.content.trimmed : message.content
      let isTrained = message.role == "assistant" && message.train != false
      chat.append("\(Self.open)\(message.role)\n")
      chat.append(content + Self.close, trained: isTrained)
      if !turnEnd.isEmpty { chat.append(turnEnd) }
    }
    if generationPrompt { chat.append("\(Self.open)assistant\n") }
    return chat
  }
}
