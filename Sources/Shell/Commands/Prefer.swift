import Engine
import Workbench

extension Command {
  static let prefer = Command(
    name: "prefer", arguments: "[base | blind] [PROMPT]",
    summary: "Pick the better of two replies; the pair is an example.",
    details: """
      After base, the two are the foundation's reply and the tuned one, of which /status counts the wins; after blind, \
      those two in an order that the seed hides until you picked. The next line is the choice: 1, 2, n (neither) or q \
      (leave it). A prompt that begins with base or blind stands in quotes; %3 is the third of /turns. What you picked \
      becomes the last reply.
      Defaults: two samples of the model in use; the last prompt.
      Example: /prefer Tell me about Paris.   or   /prefer blind %3
      """,
    group: .examples, completes: .either(.choice(["base", "blind"]), .turn), takesProse: true
  ) { words, console in
    let first = String(words.text.prefix { !$0.isWhitespace })
    let isBlind = first == "blind"
    let isAgainstFoundation = isBlind || first == "base"
    let rest = trimmed(words.text.dropFirst(isAgainstFoundation ? first.count : 0))
    try console.prefer(
      try console.prompt(rest, usage: words.usage), againstFoundation: isAgainstFoundation,
      blind: isBlind)
    return .prompt
  }
}

extension Console {
  fileprivate func prefer(_ prompt: String, againstFoundation: Bool, blind: Bool) throws {
    let choice = try decoding(prompt, "sampling, token") { onText in
      try workbench.choice(
        prompt, againstFoundation: againstFoundation, blind: blind,
        shouldStop: { Interrupt.take() }, onText: onText)
    }
    if choice.isStopped { return output.note("Stopped; nothing was asked.") }
    try show(choice, blind: blind)
    if !againstFoundation { noteFreedom() }
    if choice.isSame {
      try workbench.prefer(nil, of: choice)
      return output.note("The two are the same, so there is nothing to prefer.")
    }
    guard let picked = try pick() else { return output.note("Left as it was.") }
    let example = try workbench.prefer(picked.index, of: choice)
    if output.isJSON {
      try output.json(PreferenceReport(picked.index, choice, example: example?.id))
    } else if let example {
      try tell(example, "added")
    }
    if blind {
      output.note("1 was \(burstName(choice.bursts[0])), 2 \(burstName(choice.bursts[1])).")
    } else if example == nil {
      output.note("Neither.")
    }
  }

  private func show(_ choice: Workbench.Choice, blind: Bool) throws {
    let titles = (0..<2).map { index in
      "\(index + 1)"
        + (choice.isAgainstFoundation && !blind ? " (\(burstName(choice.bursts[index])))" : "")
    }
    try output.answer(ChoiceReport(choice, blind: blind)) {
      let texts = choice.replies.map { sanitised($0.text) }
      output.lines { page in
        if let columns = page.columns, columns >= DiffView.sideBySideColumns {
          let column = (columns - 4) / 2
          let rows = texts.map { text in
            wrapped(text, to: column).map { (text: $0, used: displayWidth(of: $0)) }
          }
          return besideLines(
            (titles[0], rows[0]), (titles[1], rows[1]), column: column, palette: page.palette)
        }
        return zip(titles, texts).flatMap { title, text in
          [page.palette.paint(title, .strong)] + (page.room.map { wrapped(text, to: $0) } ?? [text])
        }
      }
    }
  }

  /// Asks which one: 0, 1 or neither; nil leaves it. A person is asked until the answer is one.
  private func pick() throws -> Picked? {
    while case .line(let line) = answer(to: "1, 2, n or q? ") {
      switch trimmed(line).lowercased() {
      case "1": return .one(0)
      case "2": return .one(1)
      case "n", "neither": return .neither
      case "q", "quit": return nil
      default:
        let error = UsageError.notAPreference(trimmed(line))
        guard isInteractive else { throw error }
        output.complain(shown("\(error)"))
      }
    }
    return nil
  }
}

private enum Picked {
  case one(Int), neither

  var index: Int? {
    if case .one(let index) = self { index } else { nil }
  }
}

private struct ChoiceReport: Encodable {
  struct Reply: Encodable {
    var text: String
    var stop: String
    var burst: Int?
  }
  var prompt: String
  var blind: Bool
  var replies: [Reply]

  init(_ choice: Workbench.Choice, blind: Bool) {
    prompt = choice.prompt
    self.blind = blind
    replies = zip(choice.replies, choice.bursts).map { reply, burst in
      Reply(text: reply.text, stop: reply.stop.rawValue, burst: blind ? nil : burst)
    }
  }
}

private struct PreferenceReport: Encodable {
  /// 1 or 2; nil is neither.
  var preferred: Int?
  /// Whose the two replies were; 0 is the foundation.
  var bursts: [Int]
  var example: Int?

  init(_ preferred: Int?, _ choice: Workbench.Choice, example: Int?) {
    self.preferred = preferred.map { $0 + 1 }
    bursts = choice.bursts.map { $0 ?? 0 }
    self.example = example
  }
}
