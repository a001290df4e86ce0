public import Engine

/// Writes examples as JSON Lines: conversations as `messages` with string content, others in their own shape.
public enum DataExport {
  /// The lines of `examples`' current revisions, each ending in a newline; removed ones are left out.
  public static func lines(_ examples: [Example]) -> String {
    var text = ""
    for example in examples {
      guard let revision = example.revision else { continue }
      text += line(revision.content, extra: revision.extra)
      text += "\n"
    }
    return text
  }

  /// One line, without its end. Reading it gives `content` and `extra` again.
  public static func line(_ content: ExampleContent, extra: JSONObject) -> String {
    var members = extra
    switch content {
    case .messages(let turns):
      members["messages"] = messages(turns, extra: extra["messages"]?.array ?? [])
    case .text(let text):
      members["text"] = .string(text)
    case .tokens(let ids, let labels):
      members["input_ids"] = .array(ids.map { .integer(Int($0)) })
      members["labels"] = .array(labels.map { .integer(Int($0)) })
    case .preference(let prompt, let chosen, let rejected):
      members["prompt"] = messages(prompt, extra: [])
      members["chosen"] = messages(chosen, extra: [])
      members["rejected"] = messages(rejected, extra: [])
    case .judged(let prompt, let completion, let good):
      members["prompt"] = messages(prompt, extra: [])
      members["completion"] = messages(completion, extra: [])
      members["label"] = .bool(good)
    }
    return JSONValue.object(members).text(sortedKeys: true)
  }

  private static func messages(_ turns: [Message], extra: [JSONValue]) -> JSONValue {
    .array(
      turns.enumerated().map { index, turn in
        var members = index < extra.count ? extra[index].object ?? [:] : [:]
        members["role"] = .string(turn.role)
        members["content"] = .string(turn.content)
        if let train = turn.train { members["train"] = .bool(train) }
        return .object(members)
      })
  }
}
