/// How a burst tunes. Defaults: see docs/tuning.md for the figures they were chosen by.
public struct Recipe: Codable, Sendable, Equatable {
  /// How the learning rate changes over a burst, after warm-up.
  public enum Schedule: String, Codable, Sendable, CaseIterable { case constant, linear, cosine }
  /// In which order examples are taken.
  public enum Order: String, Codable, Sendable, CaseIterable { case shuffled, given }

  public var rank = 8
  public var alpha: Float = 16
  public var targets = Projection.allCases
  /// The last N layers; nil is all.
  public var lastLayers: Int?
  public var learningRate: Float = 1e-3
  public var batchSize = 4
  /// Steps of linear warm-up, counted from a fresh optimiser state.
  public var warmup = 3
  public var schedule = Schedule.constant
  public var weightDecay: Float = 0
  /// Largest global gradient norm; nil does not clip.
  public var clip: Float? = 1
  public var order = Order.shuffled
  public var seed: UInt64 = 1
  public init() {}
}

/// How long a burst runs.
public enum BurstLength: Codable, Sendable, Equatable {
  case steps(Int)
  case epochs(Int)
  case seconds(Double)
}
