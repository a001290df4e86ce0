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
  /// When.
  public var made: Timestamp
}
