import Report
import Workbench

/// A scene of a session's story.
enum DemoScene {
  /// What the session is.
  case opening
  /// What the foundation says.
  case foundation(Comparison)
  /// Some of what was taught, of so many examples.
  case taught([ExampleContent], of: Int)
  /// The bursts, oldest first.
  case tuning([Burst])
  /// The same prompt before and after.
  case comparison(Comparison)
  /// What to type next.
  case closing([String])

  // As much as a person listens to.
  private static let mostExamples = 3
  private static let mostBursts = 5
  private static let mostComparisons = 4

  /// The scenes of a story; `isOpen`: whether its session is the one that is worked on.
  static func scenes(of story: Story, isOpen: Bool) -> [DemoScene] {
    let own = story.comparisons.filter { $0.against == nil && $0.burst == story.burst?.id }
    let comparisons = (own.isEmpty ? story.comparisons.filter { $0.against == nil } : own)
      .suffix(mostComparisons)
    let taught = story.examples.filter { [.taught, .reworded].contains($0.standing) }
    var scenes = [DemoScene.opening]
    if let first = comparisons.first { scenes.append(.foundation(first)) }
    if !taught.isEmpty {
      scenes.append(
        .taught(taught.prefix(mostExamples).map(\.revision.content), of: taught.count))
    }
    scenes.append(.tuning(story.path.suffix(mostBursts)))
    scenes += comparisons.map { .comparison($0) }
    return scenes + [.closing(closing(story, isOpen: isOpen, isShown: !comparisons.isEmpty))]
  }

  private static func closing(_ story: Story, isOpen: Bool, isShown: Bool) -> [String] {
    var lines: [String] = []
    if !isShown { lines.append("No reply before and after is on record yet.") }
    if isOpen {
      lines.append(
        "Type a prompt, or `/diff PROMPT` for both replies. `/undo` takes the burst back.")
      lines.append("`/report FILE.html` makes a page of this.")
    } else if let word = story.facts.word {
      let name = sanitisedLine(shellWord(word))
      lines.append("`/open \(name)` goes on from there; `/diff PROMPT` shows both replies.")
      lines.append("`attune report \(name) FILE.html` makes a page of this.")
    }
    if let word = story.facts.word {
      lines.append(
        "`attune replay \(sanitisedLine(shellWord(word))) --check` computes all of it again, to the byte."
      )
    }
    return lines
  }
}
