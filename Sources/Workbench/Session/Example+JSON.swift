import Engine

// A revision's content stands among its other keys, under the names that data files use.
extension Example.Revision: Codable {
  private enum Key: String, CodingKey {
    case number, origin, made, extra
    case messages, text
    case ids = "input_ids"
    case labels, prompt, chosen, rejected, completion, label
  }

  /// Reads the shape that its keys tell.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    number = try values.decode(Int.self, forKey: .number)
    origin = try values.decode(Example.Origin.self, forKey: .origin)
    made = try values.decode(Timestamp.self, forKey: .made)
    extra = try values.decodeIfPresent(JSONObject.self, forKey: .extra) ?? [:]
    if values.contains(.messages) {
      content = .messages(try values.decode([Message].self, forKey: .messages))
    } else if values.contains(.text) {
      content = .text(try values.decode(String.self, forKey: .text))
    } else if values.contains(.ids) {
      content = .tokens(
        ids: try values.decode([Token].self, forKey: .ids),
        labels: try values.decode([Token].self, forKey: .labels))
    } else if values.contains(.chosen) {
      content = .preference(
        prompt: try values.decode([Message].self, forKey: .prompt),
        chosen: try values.decode([Message].self, forKey: .chosen),
        rejected: try values.decode([Message].self, forKey: .rejected))
    } else {
      content = .judged(
        prompt: try values.decode([Message].self, forKey: .prompt),
        completion: try values.decode([Message].self, forKey: .completion),
        good: try values.decode(Bool.self, forKey: .label))
    }
  }

  /// Writes what `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(number, forKey: .number)
    try values.encode(origin, forKey: .origin)
    try values.encode(made, forKey: .made)
    if !extra.isEmpty { try values.encode(extra, forKey: .extra) }
    switch content {
    case .messages(let messages):
      try values.encode(messages, forKey: .messages)
    case .text(let text):
      try values.encode(text, forKey: .text)
    case .tokens(let ids, let labels):
      try values.encode(ids, forKey: .ids)
      try values.encode(labels, forKey: .labels)
    case .preference(let prompt, let chosen, let rejected):
      try values.encode(prompt, forKey: .prompt)
      try values.encode(chosen, forKey: .chosen)
      try values.encode(rejected, forKey: .rejected)
    case .judged(let prompt, let completion, let good):
      try values.encode(prompt, forKey: .prompt)
      try values.encode(completion, forKey: .completion)
      try values.encode(good, forKey: .label)
    }
  }
}
