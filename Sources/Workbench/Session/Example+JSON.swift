import Engine

// A revision's content stands among its other keys, under the names that data files use.
extension Example.Revision: Decodable {
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
}

extension Example.Revision: SessionWritable {
  /// Writes what `init(from:)` reads. The shapes' own keys stand before and after the common ones, as the alphabet has
  /// it.
  func write(to writer: inout SessionWriter) {
    writer.object { writer in
      switch content {
      case .preference(_, let chosen, _): writer.member("chosen", chosen)
      case .judged(_, let completion, _): writer.member("completion", completion)
      case .messages, .text, .tokens: break
      }
      if !extra.isEmpty { writer.member("extra", extra) }
      switch content {
      case .tokens(let ids, let labels):
        writer.member("input_ids", ids)
        writer.member("labels", labels)
      case .judged(_, _, let good): writer.member("label", good)
      case .messages, .text, .preference: break
      }
      writer.member("made", made)
      if case .messages(let messages) = content { writer.member("messages", messages) }
      writer.member("number", number)
      writer.member("origin", origin)
      switch content {
      case .preference(let prompt, _, let rejected):
        writer.member("prompt", prompt)
        writer.member("rejected", rejected)
      case .judged(let prompt, _, _): writer.member("prompt", prompt)
      case .text(let text): writer.member("text", text)
      case .messages, .tokens: break
      }
    }
  }
}

extension Example: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("current", ifPresent: current)
      $0.member("id", id)
      $0.member("revisions", revisions)
    }
  }
}

extension Example.Origin: SessionWritable {}
