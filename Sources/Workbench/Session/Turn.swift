public import Engine

/// A prompt and the reply to it.
public struct Turn: Codable, Sendable, Equatable, Identifiable {
  /// 1, 2, 3 …
  public let id: Int
  /// What the person typed.
  public var prompt: String
  /// What the model said.
  public var reply: String
  /// The burst whose adapter replied; nil is the foundation.
  public var burst: Int?
  /// The adapter's strength at the time.
  public var strength: Float
  /// Why the reply ended.
  public var stop: StopReason
  /// The first turn of the conversation it belongs to; nil where it stands alone.
  public var conversation: Int?
  /// Which further sample of its prompt it is, from 1; nil where the prompt was just asked.
  public var attempt: Int?
  /// The turn whose place in the conversation it took.
  public var instead: Int?
  /// What else decided the reply; nil in sessions that do not say.
  public var drawn: Drawn?
  /// When.
  public var made: Timestamp

  /// What decides a reply besides its prompt and its adapter, so that it can be made again.
  public struct Drawn: Codable, Sendable, Equatable {
    /// How it was drawn; a further sample has its own seed made from this one.
    public var sampling: Sampling
    /// The system prompt at the time.
    public var system: String?
    /// The first turn of the conversation that the prompt stood in; nil where it stood alone.
    public var conversation: Int?
    /// The kernels that made it.
    public var kernels: KernelPath
  }
}
