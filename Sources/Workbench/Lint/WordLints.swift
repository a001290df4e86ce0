import Engine

/// What is found in the words of examples alone, quickly.
package struct WordLints {
  private struct Wording {
    let answer: String
    let plainContext: [UInt8]
    let plainAnswer: [UInt8]
    /// To the byte.
    let whole: [UInt8]
    /// But for signs, spaces and capitals.
    var plain: [UInt8] { plainContext + [1] + plainAnswer }

    init(context: String, answer: String) {
      self.answer = answer
      plainContext = PlainWording.bytes(context)
      plainAnswer = PlainWording.bytes(answer)
      whole = Array(context.utf8) + [1] + Array(answer.utf8)
    }
  }

  /// Bytes that are hashed in one go, which arrays are not.
  private struct Key: Hashable {
    let bytes: [UInt8]

    func hash(into hasher: inout Hasher) {
      bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
  }

  /// The findings among `examples`, which are live ones, in the order of their ids.
  package static func findings(_ examples: [Example]) -> [Finding] {
    let wordings = examples.compactMap { example in
      example.revision.flatMap { wording($0.content) }.map { (id: example.id, wording: $0) }
    }
    var findings: [Finding] = []
    for (id, wording) in wordings where wording.plainAnswer.isEmpty {
      // Signs alone may be an answer.
      if wording.answer.allSatisfy(\.isWhitespace) { findings.append(.emptyAnswer(id)) }
    }
    let same = groups(wordings, by: \.whole)
    findings += same.map { .same($0) }
    // Of those that are the same to the byte, the first stands for all.
    let repeated = Set(same.flatMap { $0.dropFirst() })
    let distinct = wordings.filter { !repeated.contains($0.id) }
    let near = groups(distinct, by: \.plain)
    findings += near.map { .nearlySame($0) }
    let nearRepeated = Set(near.flatMap { $0.dropFirst() })
    let answered = distinct.filter {
      !nearRepeated.contains($0.id) && !$0.wording.plainContext.isEmpty
    }
    findings += groups(answered, by: \.plainContext).map { .contradiction($0) }
    return findings
  }

  /// The ids that share a key, where more than one does, by their first.
  private static func groups(
    _ wordings: [(id: Int, wording: Wording)], by key: (Wording) -> [UInt8]
  ) -> [[Int]] {
    Dictionary(grouping: wordings) { Key(bytes: key($0.wording)) }.values
      .filter { $0.count > 1 }.map { $0.map(\.id) }.sorted { $0[0] < $1[0] }
  }

  /// What an example answers, and with what; nil for ids, of which the words are not known, and for replies judged
  /// bad.
  private static func wording(_ content: ExampleContent) -> Wording? {
    switch content {
    case .messages(let messages): return wording(messages)
    case .preference(let prompt, let chosen, _): return wording(prompt + chosen)
    case .judged(let prompt, let completion, good: true): return wording(prompt + completion)
    case .text(let text): return Wording(context: "", answer: text)
    case .tokens, .judged: return nil
    }
  }

  private static func wording(_ messages: [Message]) -> Wording? {
    guard let last = messages.lastIndex(where: { $0.role == "assistant" && $0.train != false })
    else { return nil }
    let context = messages[..<last].map { "\($0.role)\u{2}\($0.content)" }
    return Wording(context: context.joined(separator: "\u{3}"), answer: messages[last].content)
  }
}
