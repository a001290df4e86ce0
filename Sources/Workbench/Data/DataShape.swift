import Engine

/// What is wrong with a JSON value that should be an example.
struct ShapeError: Error {
  let problem: String
  init(_ problem: String) { self.problem = problem }
}

/// The shapes of example lines, and which keys tell them.
///
/// Sources: OpenAI and TRL (messages, prompt/completion, preference, KTO), Alpaca, ShareGPT, Apple's bare array of
/// messages; the per-turn flag as in Axolotl (`train`) and OpenAI (`weight`).
enum DataShape {
  typealias Line = (content: ExampleContent, extra: JSONObject)

  /// The example that `value` stands for, and the keys that are not known.
  static func read(_ value: JSONValue) throws(ShapeError) -> Line {
    if case .array(let turns) = value {
      let (messages, rest) = try MessageShape.messages(turns, key: "the array")
      return (.messages(messages), rest.map { ["messages": $0] } ?? [:])
    }
    guard case .object(var members) = value else {
      throw ShapeError("\(value.kind) where an object was expected; \(known)")
    }
    let content = try content(&members)
    return (content, members)
  }

  /// Whether an array is a conversation rather than a list of examples.
  static func isConversation(_ elements: [JSONValue]) -> Bool {
    !elements.isEmpty
      && elements.allSatisfy { $0.object?["role"] != nil || $0.object?["from"] != nil }
  }

  private static let known =
    "known are {\"messages\"}, {\"prompt\", \"completion\"}, {\"text\"}, {\"input_ids\", \"labels\"}, "
    + "{\"prompt\", \"chosen\", \"rejected\"}, {\"instruction\", \"output\"} and {\"conversations\"}"

  /// Takes the known keys out of `members`.
  private static func content(_ members: inout JSONObject) throws(ShapeError)
    -> ExampleContent
  {
    if members["messages"] != nil { return try conversation(&members, key: "messages") }
    if members["conversations"] != nil { return try conversation(&members, key: "conversations") }
    if members["chosen"] != nil || members["rejected"] != nil { return try preference(&members) }
    if members["prompt"] != nil, members["completion"] != nil { return try completion(&members) }
    if members["instruction"] != nil { return try instruction(&members) }
    if members["input_ids"] != nil { return try tokens(&members) }
    if let text = members.removeValue(forKey: "text") {
      guard let text = text.string else {
        throw ShapeError("`text` is \(text.kind), a string was expected")
      }
      return .text(text)
    }
    if members["prompt"] != nil { throw ShapeError("`prompt` stands without a `completion`") }
    let keys = members.keys.sorted().prefix(5).map { "`\($0)`" }.joined(separator: ", ")
    throw ShapeError("\(keys.isEmpty ? "no keys" : "the keys \(keys)") fit no shape; \(known)")
  }

  private static func conversation(_ members: inout JSONObject, key: String)
    throws(ShapeError) -> ExampleContent
  {
    guard let value = members.removeValue(forKey: key), let turns = value.array else {
      throw ShapeError("`\(key)` is not an array of messages")
    }
    var (messages, rest) = try MessageShape.messages(turns, key: "`\(key)`")
    // ShareGPT files may keep the system prompt beside the turns.
    if key == "conversations", messages.first?.role != "system",
      case .string(let system)? = members["system"]
    {
      members["system"] = nil
      if !system.isEmpty {
        messages.insert(Message(role: "system", content: system), at: 0)
        if case .array(let unknown)? = rest { rest = .array([.object([:])] + unknown) }
      }
    }
    if let rest { members["messages"] = rest }
    return .messages(messages)
  }

  private static func completion(_ members: inout JSONObject) throws(ShapeError)
    -> ExampleContent
  {
    let prompt = try turns(&members, "prompt", role: "user")
    let completion = try turns(&members, "completion", role: "assistant")
    if case .bool(let good)? = members["label"] {
      members["label"] = nil
      return .judged(prompt: prompt, completion: completion, good: good)
    }
    // What the assistant said in the prompt is given, not to be learnt.
    let given = prompt.map { message in
      var message = message
      if message.role == "assistant" { message.train = false }
      return message
    }
    return .messages(given + completion)
  }

  private static func preference(_ members: inout JSONObject) throws(ShapeError)
    -> ExampleContent
  {
    var chosen = try turns(&members, "chosen", role: "assistant")
    var rejected = try turns(&members, "rejected", role: "assistant")
    if members["prompt"] != nil {
      let prompt = try turns(&members, "prompt", role: "user")
      // Some files repeat the prompt in front of both answers.
      if !prompt.isEmpty, chosen.starts(with: prompt), rejected.starts(with: prompt) {
        chosen.removeFirst(prompt.count)
        rejected.removeFirst(prompt.count)
      }
      return .preference(prompt: prompt, chosen: chosen, rejected: rejected)
    }
    let shared = zip(chosen, rejected).prefix { $0 == $1 }.count
    return .preference(
      prompt: Array(chosen[..<shared]), chosen: Array(chosen[shared...]),
      rejected: Array(rejected[shared...]))
  }

  private static func turns(
    _ members: inout JSONObject, _ key: String, role: String
  ) throws(ShapeError) -> [Message] {
    switch members.removeValue(forKey: key) {
    case .string(let text)?: return [Message(role: role, content: text)]
    case .array(let values)?: return try MessageShape.messages(values, key: "`\(key)`").messages
    case .object(let value)?: return [try MessageShape.message(.object(value), "`\(key)`").message]
    case let value:
      throw ShapeError(
        "`\(key)` is \(value?.kind ?? "missing"), a string or an array of messages was expected")
    }
  }

  private static func instruction(_ members: inout JSONObject) throws(ShapeError)
    -> ExampleContent
  {
    let instruction = try text(&members, "instruction") ?? ""
    guard let output = try text(&members, "output") else {
      throw ShapeError("`instruction` stands without an `output`")
    }
    var messages: [Message] = []
    if let system = try text(&members, "system"), !system.isEmpty {
      messages.append(Message(role: "system", content: system))
    }
    if let history = members.removeValue(forKey: "history"), history != .null {
      messages += try past(history)
    }
    let input = try text(&members, "input") ?? ""
    let question = input.isEmpty ? instruction : instruction + "\n\n" + input
    messages.append(Message(role: "user", content: question))
    messages.append(Message(role: "assistant", content: output))
    return .messages(messages)
  }

  private static func past(_ history: JSONValue) throws(ShapeError) -> [Message] {
    var messages: [Message] = []
    for pair in history.array ?? [.null] {
      guard let pair = pair.array, pair.count == 2, let question = pair[0].string,
        let answer = pair[1].string
      else { throw ShapeError("`history` is not an array of pairs of strings") }
      messages.append(Message(role: "user", content: question))
      messages.append(Message(role: "assistant", content: answer))
    }
    return messages
  }

  private static func text(_ members: inout JSONObject, _ key: String)
    throws(ShapeError) -> String?
  {
    switch members.removeValue(forKey: key) {
    case .string(let text)?: return text
    case .null?, nil: return nil
    case let value?: throw ShapeError("`\(key)` is \(value.kind), a string was expected")
    }
  }

  private static func tokens(_ members: inout JSONObject) throws(ShapeError)
    -> ExampleContent
  {
    let ids = try numbers(&members, "input_ids")
    let labels = members["labels"] == nil ? ids : try numbers(&members, "labels")
    guard ids.count == labels.count else {
      throw ShapeError(
        "\(ids.count) `input_ids` but \(labels.count) `labels`; both must be as many")
    }
    return .tokens(ids: ids, labels: labels)
  }

  private static func numbers(_ members: inout JSONObject, _ key: String)
    throws(ShapeError) -> [Token]
  {
    guard let values = members.removeValue(forKey: key)?.array else {
      throw ShapeError("`\(key)` is not an array of whole numbers")
    }
    var numbers: [Token] = []
    numbers.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      guard case .numeral(let digits) = value, let token = Token(digits) else {
        throw ShapeError("`\(key)`[\(index)] is not a whole number of 32 bits")
      }
      numbers.append(token)
    }
    return numbers
  }
}
