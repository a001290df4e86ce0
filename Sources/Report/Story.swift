package import Engine
package import Workbench

/// What a session comes to: the burst that it is told by, the way there, and replies before and after.
package struct Story {
  /// The session.
  package let session: Session
  /// The burst it is told by: the one in use, or else the newest.
  package let burst: Burst?
  /// The bursts from the foundation's child down to that.
  package let path: [Burst]
  /// Replies before and after on record, oldest first.
  package let comparisons: [Comparison]
  /// What was known of the model and of the program when it was told.
  package let facts: Facts
  // The bursts whose examples it was taught, blends' parts included.
  private let teachers: [Burst]

  /// What a story tells that a session does not hold.
  package struct Facts {
    /// What people call the session.
    package var name: String
    /// The word that means the session on a command line; nil while it is not on disk.
    package var word: String?
    /// Attune's version.
    package var version: String
    /// How many numbers the model's weights are; nil where the model is not at hand.
    package var modelParameters: Int?
    /// How many numbers of a burst's adapter were trained; nil where its file is not at hand.
    package var trainedParameters: (Burst) -> Int?
    /// A recipe's settings in words, such as `rank 8`.
    package var recipe: (Recipe) -> [String]

    /// What is known.
    package init(
      name: String, word: String?, version: String, modelParameters: Int?,
      trainedParameters: @escaping (Burst) -> Int?, recipe: @escaping (Recipe) -> [String]
    ) {
      self.name = name
      self.word = word
      self.version = version
      self.modelParameters = modelParameters
      self.trainedParameters = trainedParameters
      self.recipe = recipe
    }
  }

  /// The story of `session`.
  package init(_ session: Session, _ facts: Facts) {
    self.session = session
    self.facts = facts
    burst = session.currentBurst ?? session.bursts.last
    path = session.path(to: burst?.id)
    teachers = session.ancestors(of: burst?.id)
    comparisons = session.recordedComparisons
  }
}

extension Story {
  /// What became of an example.
  package enum Standing: Equatable {
    /// It was taught, as it reads now.
    case taught
    /// It was taught in an earlier wording.
    case reworded
    /// It was kept out of training, to measure by.
    case held
    /// It was taught, and taken out since.
    case removed
    /// It was not taught yet.
    case waiting
  }

  /// The examples that belong to the story, each with the wording to show: those there are, and those that were taught.
  package var examples: [(id: Int, revision: Example.Revision, standing: Standing)] {
    session.examples.compactMap { example in
      let seen = teachers.flatMap(\.examples).filter { $0.ids.contains(example.id) }
        .map(\.revision)
      guard let revision = example.revision else {
        guard let last = seen.max(), let revision = example.revision(last) else { return nil }
        return (example.id, revision, .removed)
      }
      let standing: Standing =
        if session.isHeld(example.id) {
          .held
        } else if seen.isEmpty {
          .waiting
        } else {
          seen.contains(revision.number) ? .taught : .reworded
        }
      return (example.id, revision, standing)
    }
  }

  /// The model's name, without the folders of the machine it lies on.
  package var modelName: String? {
    let file = session.model?.path.split(separator: "/").last.map(String.init)
    return file.map { $0.hasSuffix(".gguf") ? String($0.dropLast(".gguf".count)) : $0 }
  }

  /// The share of the model's numbers that was trained, 0…1; nil where one of them is not known.
  package var trainedShare: Double? {
    guard let burst, let trained = facts.trainedParameters(burst),
      let all = facts.modelParameters, all > 0
    else { return nil }
    return Double(trained) / Double(all)
  }

  /// Steps down the path.
  package var steps: Int { path.reduce(0) { $0 + $1.steps } }
  /// Seconds down the path.
  package var seconds: Double { path.reduce(0) { $0 + $1.seconds } }

  /// How many examples were taught, those removed since included.
  package var taught: Int {
    examples.count { [.taught, .reworded, .removed].contains($0.standing) }
  }

  /// What happened, in a sentence or two.
  package var summary: String {
    let name = modelName ?? "the model"
    guard let burst else {
      return "\(counted(examples.count, "example")), and nothing taught to \(name) yet."
    }
    var text =
      "\(counted(taught, "example")) taught to \(name) in \(counted(path.count, "burst")): "
      + "\(counted(steps, "step")), \(duration(seconds))."
    var figures: [String] = []
    if let share = trainedShare {
      figures.append("\(Self.percent(share)) of its parameters were trained")
    }
    if let drift = burst.drift {
      figures.append("on neutral text it drifted \(fixed(drift, places: 3)) nats")
    }
    if let first = figures.first {
      text += " " + first.prefix(1).uppercased() + first.dropFirst()
      text += figures.dropFirst().map { "; " + $0 }.joined() + "."
    }
    return text
  }

  /// A share in per cent: `0.46 %`.
  package static func percent(_ share: Double) -> String {
    fixed(share * 100, places: share < 0.1 ? 2 : 1) + " %"
  }
}
