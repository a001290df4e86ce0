public import Engine

/// One short tuning run: what it saw, how it went, and the adapter it led to. A node of the session's history.
public struct Burst: Codable, Sendable, Equatable, Identifiable {
  /// How a burst ended.
  public enum Ending: String, Codable, Sendable {
    /// It ran its length.
    case finished
    /// It was stopped, keeping what was learnt.
    case stopped
    /// Its process died; this is its last checkpoint.
    case recovered
  }

  /// A file in the session's tensors folder.
  public struct TensorFile: Codable, Sendable, Equatable {
    /// The file's name, without a folder.
    public var file: String
    /// The file's size in bytes.
    public var bytes: Int
  }

  /// The revisions of examples that a burst saw.
  public struct Seen: Codable, Sendable, Equatable {
    /// The number of the revision.
    public var revision: Int
    /// The examples seen in that revision.
    public var ids: IDList

    package init(revision: Int, ids: IDList) {
      self.revision = revision
      self.ids = ids
    }
  }

  /// One adapter of a blend.
  public struct BlendPart: Codable, Sendable, Equatable {
    /// The burst whose adapter it is.
    public var burst: Int
    /// What its change to the weights is multiplied by.
    public var weight: Float

    /// A part.
    public init(burst: Int, weight: Float) {
      self.burst = burst
      self.weight = weight
    }
  }

  /// 1, 2, 3 … in the order of tuning.
  public let id: Int
  /// The burst it went on from; nil is the foundation.
  public var parent: Int?
  /// How it tuned.
  public var recipe: Recipe
  private var planned: PlannedLength
  /// The session's system prompt at the time, put before conversations without one.
  public var system: String?
  /// Whether it began with a fresh optimiser state although it has a parent, whose state was not on disk; nil where not.
  public var freshOptimiser: Bool?
  /// What it learnt from.
  public var examples: [Seen]
  /// The examples that it was to learn anew, where it followed a correction; the others were there to be kept. Its
  /// length is then the most steps it could take.
  public var correction: IDList?
  /// The adapters it is the weighted sum of; it then did no step of its own.
  public var blend: [BlendPart]?
  /// The loss of each step, before its update (nats, mean over trained tokens).
  public var losses: [Double]
  /// How pairs and judgements stood at the last step that held some; nil where none did.
  public var judged: JudgedReport?
  /// How many of the steps were skipped because loss or gradient was not finite.
  public var skipped: Int
  /// Tokens passed through, trained or not.
  public var tokens: Int
  /// How long it ran, in seconds.
  public var seconds: Double
  /// Mean KL divergence from the foundation on neutral text (nats a position); nil where not measured.
  public var drift: Double?
  /// The 95th percentile of the same divergences; nil where not measured.
  public var driftP95: Double?
  /// What was to end it before its length was run; nil where nothing was.
  public var until: StopRules?
  /// What did end it; nil where it ran its length or was stopped by hand.
  public var endedBy: StopCondition?
  /// How it did on the examples held out of it; nil where none was.
  public var held: HeldOut?
  /// The step whose state was kept, where that is not the last.
  public var keptStep: Int?
  /// Frobenius norm of the adapter's change to the weights.
  public var deltaNorm: Double
  /// The kernels it was made with; nil in sessions that do not say.
  public var kernels: KernelPath?
  /// SHA-256 of the adapter.
  public var hash: String
  /// The adapter's file; nil while it is held in memory only, or once pruned.
  public var adapter: TensorFile?
  /// The optimiser state's file; nil likewise.
  public var optimiser: TensorFile?
  /// How it ended.
  public var ending: Ending
  /// What a person calls it, unique in the session: `@NAME` means this burst.
  public var name: String?
  /// What a person wrote about it.
  public var note: String?
  /// When it began.
  public var started: Timestamp
  /// When it ended.
  public var ended: Timestamp

  /// How long it was to run.
  public var length: BurstLength {
    get { planned.length }
    set { planned = PlannedLength(newValue) }
  }

  /// Steps done.
  public var steps: Int { losses.count }
  /// How far it moved the model on neutral text; nil where not measured.
  public var measuredDrift: Drift? {
    drift.map { Drift(mean: $0, p95: driftP95 ?? $0) }
  }
  /// The loss on what was held out of it, of the state that was kept.
  public var heldLoss: Double? { held?.loss(after: keptStep ?? steps) }

  /// A burst that did no step yet.
  package init(
    id: Int, parent: Int?, recipe: Recipe, length: BurstLength, system: String?,
    examples: [Seen], started: Timestamp
  ) {
    self.id = id
    self.parent = parent
    self.recipe = recipe
    planned = PlannedLength(length)
    self.system = system
    self.examples = examples
    losses = []
    skipped = 0
    tokens = 0
    seconds = 0
    deltaNorm = 0
    hash = ""
    ending = .finished
    self.started = started
    ended = started
  }

  private enum CodingKeys: String, CodingKey {
    case id, parent, recipe, system, freshOptimiser, examples, correction, kernels, losses, judged,
      skipped, tokens, seconds, drift, driftP95, until, endedBy, held, keptStep, deltaNorm
    case hash, adapter, blend, optimiser, ending, name, note, started, ended
    case planned = "length"
  }
}

/// A burst's length as people read it in the file: `{"steps": 20}`.
private struct PlannedLength: Codable, Sendable, Equatable {
  let length: BurstLength

  private enum Key: String, CodingKey { case steps, epochs, seconds }

  init(_ length: BurstLength) { self.length = length }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    if let steps = try values.decodeIfPresent(Int.self, forKey: .steps) {
      length = .steps(steps)
    } else if let epochs = try values.decodeIfPresent(Int.self, forKey: .epochs) {
      length = .epochs(epochs)
    } else {
      length = .seconds(try values.decode(Double.self, forKey: .seconds))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    switch length {
    case .steps(let steps): try values.encode(steps, forKey: .steps)
    case .epochs(let epochs): try values.encode(epochs, forKey: .epochs)
    case .seconds(let seconds): try values.encode(seconds, forKey: .seconds)
    }
  }
}

extension Burst: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("adapter", ifPresent: adapter)
      $0.member("blend", ifPresent: blend)
      $0.member("correction", ifPresent: correction)
      $0.member("deltaNorm", deltaNorm)
      $0.member("drift", ifPresent: drift)
      $0.member("driftP95", ifPresent: driftP95)
      $0.member("ended", ended)
      $0.member("endedBy", ifPresent: endedBy)
      $0.member("ending", ending)
      $0.member("examples", examples)
      $0.member("freshOptimiser", ifPresent: freshOptimiser)
      $0.member("hash", hash)
      $0.member("held", ifPresent: held)
      $0.member("id", id)
      $0.member("judged", ifPresent: judged)
      $0.member("keptStep", ifPresent: keptStep)
      $0.member("kernels", ifPresent: kernels)
      $0.member("length", planned)
      $0.member("losses", losses)
      $0.member("name", ifPresent: name)
      $0.member("note", ifPresent: note)
      $0.member("optimiser", ifPresent: optimiser)
      $0.member("parent", ifPresent: parent)
      $0.member("recipe", recipe)
      $0.member("seconds", seconds)
      $0.member("skipped", skipped)
      $0.member("started", started)
      $0.member("system", ifPresent: system)
      $0.member("tokens", tokens)
      $0.member("until", ifPresent: until)
    }
  }
}

extension PlannedLength: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      switch length {
      case .steps(let steps): $0.member(Key.steps.rawValue, steps)
      case .epochs(let epochs): $0.member(Key.epochs.rawValue, epochs)
      case .seconds(let seconds): $0.member(Key.seconds.rawValue, seconds)
      }
    }
  }
}

extension Burst.Seen: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("ids", ids)
      $0.member("revision", revision)
    }
  }
}

extension Burst.BlendPart: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("burst", burst)
      $0.member("weight", weight)
    }
  }
}

extension Burst.TensorFile: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("bytes", bytes)
      $0.member("file", file)
    }
  }
}

extension Burst.Ending: SessionWritable {}
