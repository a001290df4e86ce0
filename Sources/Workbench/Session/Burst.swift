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
  }

  /// 1, 2, 3 … in the order of tuning.
  public let id: Int
  /// The burst it went on from; nil is the foundation.
  public var parent: Int?
  /// How it tuned.
  public var recipe: Recipe
  /// How long it was to run.
  public var length: BurstLength
  /// The session's system prompt at the time, put before conversations without one.
  public var system: String?
  /// What it learnt from.
  public var examples: [Seen]
  /// The loss of each step, before its update (nats, mean over trained tokens).
  public var losses: [Double]
  /// How many of the steps were skipped because loss or gradient was not finite.
  public var skipped: Int
  /// Tokens passed through, trained or not.
  public var tokens: Int
  /// How long it ran, in seconds.
  public var seconds: Double
  /// Mean KL divergence from the foundation on neutral text (nats a position); nil where not measured.
  public var drift: Double?
  /// Frobenius norm of the adapter's change to the weights.
  public var deltaNorm: Double
  /// SHA-256 of the adapter.
  public var hash: String
  /// The adapter's file; nil while it is held in memory only, or once pruned.
  public var adapter: TensorFile?
  /// The optimiser state's file; nil likewise.
  public var optimiser: TensorFile?
  /// How it ended.
  public var ending: Ending
  /// When it began.
  public var started: Timestamp
  /// When it ended.
  public var ended: Timestamp

  /// Steps done.
  public var steps: Int { losses.count }
}
