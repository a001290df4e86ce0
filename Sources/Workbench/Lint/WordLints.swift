import Engine

/// What is found in the words of examples alone, quickly.
package struct WordLints {
  private struct Wording {
    var context: String
    var answer: String
    var whole: String { context + "\u{1}" + answer }
  }

  /// The findings among `examples`, which are live ones, in the order of their ids.
  package static func findings(_ examples: [Example]) -> [Finding] {
    let wordings = examples.compactMap { example in
      example.revision.flatMap { wording($0.content) }.map { (id: example.id, wording: $0) }
    }
    var findings: [Finding] = []
    for (id, wording) in wordings where plain(wording.answer).isEmpty {
      // Signs alone may be an answer.
      if wording.answer.allSatisfy(\.isWhitespace) { findings.append(.emptyAnswer(id)) }
    }
    let same = groups(wordings) { $0.whole }
    findings += same.map { .same($0) }
    // Of those that are the same to the byte, the first stands for all.
    let repeated = Set(same.flatMap { $0.dropFirst() })
    let distinct = wordings.filter { !repeated.contains($0.id) }
    let near = groups(distinct) { plain($0.context) + "\u{1}" + plain($0.answer) }
    findings += near.map { .nearlySame($0) }
    let nearRepeated = Set(near.flatMap { $0.dropFirst() })
    let answered = distinct.filter {
      !nearRepeated.contains($0.id) && !plain($0.wording.context).isEmpty
    }
    findings += groups(answered) { plain($0.context) }.map { .contradiction($0) }
    return findings
  }

  /// The ids that share a key, where more than one does, by their first.
  private static func groups(
    _ wordings: [(id: Int, wording: Wording)], by key: (Wording) -> String
  ) -> [[Int]] {
    // By bytes: Swift compares strings by canonical equivalence.
    Dictionary(grouping: wordings) { Array(key($0.wording).utf8) }.values
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

  /// Letters and digits in lower case, words apart by one space.
  private static func plain(_ text: String) -> String {
    Words(text).words.filter(\.counts).map { $0.text.lowercased() }.joined(separator: " ")
  }
}
