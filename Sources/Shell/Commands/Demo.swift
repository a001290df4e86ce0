import Engine
import Report
import Workbench

extension Command {
  static let demo = Command(
    name: "demo", arguments: "[SESSION]",
    summary: "Tell the session's story, scene by scene.",
    details: """
      What the foundation said, what was taught, what that took, and replies before and after, as they were recorded: \
      nothing is computed and nothing changes. Return goes on to the next scene, q or Ctrl-C leaves.
      Defaults: the session that is open.
      Example: /demo pirate-voice
      """,
    group: .sessions, completes: .session
  ) { words, console in
    try words.expect(atMost: 1)
    let path = words[0].map { console.workbench.places.path(for: console.path($0)) }
    let isOpen = path == nil || path == console.workbench.store?.path
    let story = try path.flatMap { isOpen ? nil : try console.recorded(at: $0) } ?? console.story
    try console.tellStory(story, isOpen: isOpen)
    return .prompt
  }
}

extension Console {
  /// The story of another session, as it is on disk.
  fileprivate func recorded(at path: String) throws -> Story {
    let opened = try SessionStore.open(path: path, readOnly: true)
    let (session, store) = (opened.session, opened.store)
    // What share was trained is known where its model is the one that runs.
    let isSame = session.model?.size == workbench.model.size
    return Story(
      session, at: path, places: workbench.places, version: surroundings.version,
      modelParameters: isSame ? workbench.model.parameterCount : nil,
      trainedParameters: { store.parameterCount(of: $0) })
  }

  /// Shows the scenes one by one. A person goes on with Return; without one, they follow each other.
  fileprivate func tellStory(_ story: Story, isOpen: Bool) throws {
    guard story.burst != nil else {
      throw ShellError.nothingToTell(session: sanitisedLine(story.facts.name))
    }
    let scenes = DemoScene.scenes(of: story, isOpen: isOpen)
    for (index, scene) in scenes.enumerated() {
      try output.answer(SceneReport(scene, story, number: index + 1, of: scenes.count)) {
        if index > 0 { output.line() }
        show(scene, story)
      }
      guard index + 1 < scenes.count, isInteractive, !output.isJSON else { continue }
      guard case .line(let line) = answer(to: "Return goes on, q leaves: "), trimmed(line).isEmpty
      else { return }
    }
  }

  private func show(_ scene: DemoScene, _ story: Story) {
    func heading(_ text: String) { output.prose(text, .strong) }
    func asked(_ prompt: String) { output.prose("“" + sanitised(prompt) + "”", .prompt) }
    switch scene {
    case .opening:
      heading(sanitisedLine(story.facts.name))
      output.prose(sanitisedLine(story.summary))
      let when = story.session.moments.map { " of " + $0.upperBound.day } ?? ""
      output.note(
        "These are the replies on record\(when); nothing is computed, and nothing changes.")
    case .foundation(let comparison):
      heading("Before: what the foundation says")
      asked(comparison.prompt)
      output.prose(sanitised(comparison.foundation))
    case .taught(let examples, let count):
      heading("What it was taught: " + counted(count, "example"))
      for example in examples {
        output.prose(ExampleText.line(example))
      }
      if count > examples.count { output.note("and \(count - examples.count) more") }
    case .tuning(let bursts):
      heading("How it learnt")
      for burst in bursts { output.prose(told(burst)) }
      if let share = story.trainedShare {
        output.note("\(Story.percent(share)) of the model's parameters were trained.")
      }
    case .comparison(let comparison):
      heading("The same question, before and after")
      asked(comparison.prompt)
      layOut(comparison)
      output.note(
        comparison.diff.isEqual ? "The two replies are the same." : comparison.gauges.words)
    case .closing(let lines):
      heading("Now you")
      for line in lines { output.prose(line) }
    }
  }

  private func told(_ burst: Burst) -> String {
    if let blend = burst.blendText { return "burst \(burst.id): \(sanitisedLine(blend))" }
    var text = "burst \(burst.id): loss \(burst.lossText) in \(burst.summary)"
    if let loss = burst.heldLoss { text += ", held-out \(fixed(loss, places: 3))" }
    if let drift = burst.driftText { text += ", drift \(drift)" }
    return text + (burst.losses.count > 1 ? "  " + sparkline(burst.losses, width: 24) : "")
  }
}

/// A scene, as JSON.
private struct SceneReport: Encodable {
  var scene: Int
  var scenes: Int
  var kind: String
  var session: String?
  var summary: String?
  var prompt: String?
  var foundation: String?
  var tuned: String?
  var burst: Int?
  var changedWords: Int?
  /// Examples as their data lines.
  var examples: [String]?
  var bursts: [Learnt]?
  var next: [String]?

  struct Learnt: Encodable {
    var burst: Int
    var steps: Int
    var seconds: Double
    var firstLoss: Double?
    var lastLoss: Double?
    var heldLoss: Double?
    var drift: Double?
  }

  init(_ scene: DemoScene, _ story: Story, number: Int, of count: Int) {
    (self.scene, scenes) = (number, count)
    switch scene {
    case .opening:
      kind = "opening"
      session = story.facts.name
      summary = story.summary
    case .foundation(let comparison):
      kind = "foundation"
      prompt = comparison.prompt
      foundation = comparison.foundation
    case .taught(let contents, _):
      kind = "taught"
      examples = contents.map { DataExport.line($0, extra: [:]) }
    case .tuning(let path):
      kind = "tuning"
      bursts = path.map {
        Learnt(
          burst: $0.id, steps: $0.steps, seconds: $0.seconds, firstLoss: $0.losses.first,
          lastLoss: $0.losses.last, heldLoss: $0.heldLoss, drift: $0.drift)
      }
    case .comparison(let comparison):
      kind = "comparison"
      prompt = comparison.prompt
      foundation = comparison.foundation
      tuned = comparison.tuned
      burst = comparison.burst
      changedWords = comparison.gauges.changedWords
    case .closing(let lines):
      kind = "closing"
      next = lines
    }
  }
}
