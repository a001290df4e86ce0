public import Engine

/// Two replies to one prompt, drawn with the same random numbers: the foundation's and the tuned one, or those of two
/// bursts.
public struct Comparison: Decodable, Sendable, Equatable, Identifiable {
  /// 1, 2, 3 …
  public let id: Int
  /// What was asked.
  public var prompt: String
  /// What stood before it: the system prompt and, with chat on, the conversation.
  public var context: [Message]
  /// The burst that stands in for the foundation on the left; nil is the foundation itself.
  public var against: Int?
  /// What the foundation, or the burst on the left, said.
  public var foundation: String
  /// What the adapter made of it.
  public var tuned: String
  /// The burst whose adapter replied; nil where there was none, so both replies are the foundation's.
  public var burst: Int?
  /// The strength of both sides' adapters.
  public var strength: Float
  /// Why each reply ended.
  public var foundationStop: StopReason
  /// Why each reply ended.
  public var tunedStop: StopReason
  /// The kernels that made both; nil in sessions that do not say.
  public var kernels: KernelPath?
  /// How both were drawn.
  public var sampling: Sampling
  /// When.
  public var made: Timestamp

  /// What changed, word by word.
  public var diff: WordDiff { WordDiff(foundation, tuned) }
  /// Counts that sum the change up.
  public var gauges: Gauges { Gauges(diff) }
}
