import Engine
import Workbench

extension SessionReport {
  /// More examples than these make no better story.
  private static let mostExamples = 200

  /// What was taught; nil where there is no example.
  var taught: Markup? {
    let examples = story.examples
    guard !examples.isEmpty || story.session.system != nil else { return nil }
    let left = examples.count - Self.mostExamples
    return section(
      "taught", "What was taught",
      [
        story.session.system.map {
          Markup(
            .div, ["class": "system"],
            Markup(.p, ["class": "who"], "System prompt"), said([.words($0)]))
        },
        Markup(
          .ol, ["class": "examples"],
          examples.prefix(Self.mostExamples).map { example in
            Markup(
              .li, ["class": .words(example.standing == .removed ? "removed" : "there")],
              [
                Markup(
                  .p, ["class": "number"], "\(example.id)",
                  badge(example.standing, origin: example.revision.origin))
              ] + turns(example.revision.content))
          }),
        left > 0 ? note("\(counted(left, "more example")) in the session’s file.") : nil,
      ])
  }

  private func badge(_ standing: Story.Standing, origin: Example.Origin) -> Markup {
    let word: String? =
      switch standing {
      case .taught: nil
      case .reworded: "reworded since it was taught"
      case .held: "held out, to measure by"
      case .removed: "taught, then removed"
      case .waiting: story.burst == nil ? nil : "not taught yet"
      }
    let words = (origin == .fixed ? ["a correction"] : []) + [word].compactMap { $0 }
    return .group(words.map { .group([" ", Markup(.span, ["class": "badge"], .words($0))]) })
  }

  /// What an example says, turn by turn.
  private func turns(_ content: ExampleContent) -> [Markup] {
    func turn(_ message: Message, as label: String? = nil) -> Markup {
      let isAnswer = message.role == "assistant"
      let who = label ?? (isAnswer || message.role == "user" ? nil : message.role)
      let words = [who, message.train == false ? "not trained" : nil].compactMap { $0 }
      return Markup(
        .div, ["class": isAnswer ? "answer" : "ask"],
        (words.isEmpty
          ? [] : [Markup(.p, ["class": "who"], .words(words.joined(separator: ", ")))])
          + [said([.words(message.content)])])
    }
    switch content {
    case .messages(let messages): return messages.map { turn($0) }
    case .text(let text): return [said([.words(text)])]
    case .tokens(let ids, _): return [said([.words(counted(ids.count, "token id"))])]
    case .preference(let prompt, let chosen, let rejected):
      return prompt.map { turn($0) } + chosen.map { turn($0, as: "preferred ✓") }
        + rejected.map { turn($0, as: "rejected ✗") }
    case .judged(let prompt, let completion, let good):
      return prompt.map { turn($0) }
        + completion.map { turn($0, as: good ? "judged good ✓" : "judged bad ✗") }
    }
  }
}
