public import Engine

/// Runs a session's bursts and comparisons again from its JSON alone, and says whether they come out the same.
///
/// The tensors are not read: each burst goes on from what its parent came to in this replay. A burst is run for as many
/// steps as it did, whatever ended it, and the state that it kept is kept.
public final class Replay {
  /// How one part came out.
  public enum Outcome: Sendable, Equatable {
    /// A burst: what its adapter's hash is now, and the first step whose loss differs.
    case burst(Int, steps: Int, hash: String, isSame: Bool, firstDifference: Int?)
    /// A comparison, and whether both replies are the same to the byte.
    case comparison(Int, isSame: Bool)

    /// Whether it is what the session's file says.
    public var isSame: Bool {
      switch self {
      case .burst(_, _, _, let isSame, _), .comparison(_, let isSame): isSame
      }
    }
  }

  private let session: Session
  private let model: any TunableModel
  private var weights: [Int: any TunedWeights] = [:]
  private var items = ItemShelf()

  /// A replay of `session` on `model`; throws where the session was made with another model.
  public init(_ session: Session, model: any TunableModel) throws {
    if let made = session.model {
      let loaded = try model.identity()
      guard loaded.sha256 == made.sha256 else {
        throw WorkbenchError.otherModel(session: made, loaded: loaded)
      }
    }
    self.session = session
    self.model = model
  }

  /// Runs everything in order; `report` is told each outcome and answers whether to go on.
  public func run(
    step: (_ burst: Int, _ report: StepReport) -> Void = { _, _ in },
    report: (Outcome) -> Bool
  ) throws {
    for burst in session.bursts {
      guard report(try run(burst, step: step)) else { return }
    }
    for comparison in session.comparisons {
      guard report(try run(comparison)) else { return }
    }
  }

  /// The adapter that a burst came to in this replay.
  public func adapter(of burst: Int) -> (any TunedWeights)? { weights[burst] }

  private func run(_ burst: Burst, step: (Int, StepReport) -> Void) throws -> Outcome {
    if let parts = burst.blend {
      let known = parts.compactMap { part in weights[part.burst].map { ($0, part.weight) } }
      let result = try model.blend(known, recipe: burst.recipe)
      weights[burst.id] = result
      return .burst(
        burst.id, steps: 0, hash: result.hash, isSame: result.hash == burst.hash,
        firstDifference: nil)
    }
    let start = try burst.parent.flatMap { weights[$0] } ?? model.fresh(burst.recipe)
    let length: BurstLength =
      if case .seconds = burst.length { .steps(max(1, burst.steps)) } else { burst.length }
    let items = try items(of: burst)
    let run =
      if let changed = burst.correction {
        try model.correcting(
          from: start, recipe: burst.recipe, items: items.map(\.item),
          changed: items.indices.filter { changed.contains(items[$0].id) })
      } else {
        try model.tuning(
          from: start, recipe: burst.recipe, items: items.map(\.item), length: length)
      }
    var difference: Int?
    var kept: (any TunedWeights)?
    for (index, loss) in burst.losses.enumerated() {
      guard let report = try run.step(shouldStop: { false }) else { break }
      step(burst.id, report)
      // Bit patterns, so that two losses that are both not a number are the same.
      if report.loss.bitPattern != loss.bitPattern, difference == nil,
        !(report.loss.isNaN && loss.isNaN)
      {
        difference = index + 1
      }
      if index + 1 == burst.keptStep { kept = run.snapshot() }
    }
    let result = kept ?? run.snapshot()
    weights[burst.id] = result
    return .burst(
      burst.id, steps: burst.steps, hash: result.hash, isSame: result.hash == burst.hash,
      firstDifference: difference)
  }

  private func items(of burst: Burst) throws -> [(id: Int, item: TrainingItem)] {
    var revisions: [Int: Int] = [:]
    for seen in burst.examples {
      // By the session's examples, as a damaged list could name billions.
      for example in session.examples where seen.ids.contains(example.id) {
        revisions[example.id] = seen.revision
      }
    }
    return try session.examples.compactMap { example in
      guard let number = revisions[example.id] else { return nil }
      guard let revision = example.revision(number) else {
        throw WorkbenchError.noSuchExample(example.id, last: session.examples.last?.id ?? 0)
      }
      do throws(ItemError) {
        let item = try items.item(example, revision, system: burst.system, model: model)
        return (example.id, item)
      } catch {
        throw WorkbenchError.example(example.id, error)
      }
    }
  }

  private func run(_ comparison: Comparison) throws -> Outcome {
    let messages = comparison.context + [Message(role: "user", content: comparison.prompt)]
    let prompt: [Token]
    do throws(ItemError) {
      prompt = try model.prompt(messages)
    } catch {
      throw WorkbenchError.prompt(error)
    }
    let rows = [comparison.against, comparison.burst].map { burst in
      ReplyRow(
        prompt: prompt, weights: burst.flatMap { weights[$0] }, strength: comparison.strength)
    }
    let replies = try model.generate(
      rows, sampling: comparison.sampling, shouldStop: { false }, onText: { _, _ in true })
    // A reply that the person cut off is the start of the whole one.
    func isSame(_ found: Reply, _ text: String, _ stop: StopReason) -> Bool {
      stop == .interrupt
        ? found.text.utf8.starts(with: text.utf8) : found.text.utf8.elementsEqual(text.utf8)
    }
    return .comparison(
      comparison.id,
      isSame: isSame(replies[0], comparison.foundation, comparison.foundationStop)
        && isSame(replies[1], comparison.tuned, comparison.tunedStop))
  }
}
