#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// How a burst tunes. docs/tuning.md holds the figures that the defaults were chosen by.
public struct Recipe: Codable, Sendable, Equatable {
  /// How the learning rate changes over a burst, after warm-up.
  public enum Schedule: String, Codable, Sendable, CaseIterable {
    /// It stays.
    case constant
    /// It falls in a straight line to zero.
    case linear
    /// It falls along half a cosine to zero (Loshchilov & Hutter 2017).
    case cosine

    /// The factor where `progress` (0 to 1) of the burst is done.
    func factor(at progress: Float) -> Float {
      switch self {
      case .constant: 1
      case .linear: 1 - progress
      case .cosine: (1 + cosf(.pi * progress)) / 2
      }
    }
  }

  /// In which order examples are taken.
  public enum Order: String, Codable, Sendable, CaseIterable {
    /// A new order each epoch, from the seed.
    case shuffled
    /// As they stand.
    case given
  }

  /// Rows of A and columns of B.
  public var rank = 8
  /// Strength: scale = alpha / rank.
  public var alpha: Float = 16
  /// The adapted projections.
  public var targets = Projection.allCases
  /// Adapts the last N layers; nil is all.
  public var lastLayers: Int?
  /// AdamW's rate after warm-up.
  public var learningRate: Float = 5e-4
  /// Examples a step.
  public var batchSize = 4
  /// Steps of linear warm-up, counted from a fresh optimiser state.
  public var warmup = 3
  /// How the rate changes over the burst.
  public var schedule = Schedule.constant
  /// AdamW's decoupled decay of A and B.
  public var weightDecay: Float = 0
  /// The largest global gradient norm; nil does not clip.
  public var clip: Float? = 1
  /// What a step adds to its loss: so many times the mean KL divergence (nats a position) from the foundation on
  /// anchor texts; nil leaves them out.
  public var klWeight: Float?
  /// In which order examples are taken.
  public var order = Order.shuffled
  /// How judged answers are learnt; nil is as `PreferenceLoss()` has it.
  public var preference: PreferenceLoss?
  /// Decides A's first values and the order of examples.
  public var seed: UInt64 = 1

  /// The defaults.
  public init() {}

  /// The adapter that the recipe starts from, for a model of `layers` layers.
  public func adapterConfiguration(layers: Int) -> AdapterConfiguration {
    let first = lastLayers.map { max(0, layers - $0) } ?? 0
    return AdapterConfiguration(
      rank: rank, alpha: alpha, targets: targets, layers: Array(first..<layers))
  }

  /// Throws where a setting is out of range.
  public func check() throws(TuningError) {
    try Self.require((1...1024).contains(rank), "rank", "1 to 1024", "\(rank)")
    try Self.require(alpha.isFinite && alpha > 0, "alpha", "above 0", "\(alpha)")
    try Self.require(
      !targets.isEmpty, "targets", "at least one of q, k, v, o, gate, up, down", "none")
    try Self.require((lastLayers ?? 1) >= 1, "layers", "at least 1, or all", "\(lastLayers ?? 0)")
    try Self.require(
      learningRate.isFinite && learningRate > 0 && learningRate <= 1, "learning rate",
      "above 0 and at most 1", "\(learningRate)")
    try Self.require((1...4096).contains(batchSize), "batch size", "1 to 4096", "\(batchSize)")
    try Self.require((0...1_000_000).contains(warmup), "warm-up", "0 or more", "\(warmup)")
    try Self.require(
      weightDecay.isFinite && (0...1).contains(weightDecay), "weight decay", "0 to 1",
      "\(weightDecay)")
    try Self.require(beta.isFinite && beta > 0, "beta", "above 0", "\(beta)")
    try Self.require(
      chosenWeight.isFinite && chosenWeight >= 0, "chosen weight", "0 or more", "\(chosenWeight)")
    if let klWeight {
      try Self.require(
        klWeight.isFinite && klWeight > 0 && klWeight <= 1000, "KL weight",
        "above 0 and at most 1000, or none", "\(klWeight)")
    }
    if let clip {
      try Self.require(clip.isFinite && clip > 0, "clip", "above 0, or none", "\(clip)")
    }
  }

  private static func require(
    _ holds: Bool, _ setting: String, _ allowed: String, _ found: String
  ) throws(TuningError) {
    guard holds else { throw .outOfRange(setting: setting, allowed: allowed, found: found) }
  }
}

/// How long a burst runs.
public enum BurstLength: Codable, Sendable, Equatable {
  /// So many optimiser steps.
  case steps(Int)
  /// So many times over all examples.
  case epochs(Int)
  /// Until so many seconds of tuning are over; at least one step.
  case seconds(Double)

  func check() throws(TuningError) {
    switch self {
    case .steps(let count):
      guard (1...1_000_000).contains(count) else {
        throw .outOfRange(setting: "steps", allowed: "1 to 1000000", found: "\(count)")
      }
    case .epochs(let count):
      guard (1...100_000).contains(count) else {
        throw .outOfRange(setting: "epochs", allowed: "1 to 100000", found: "\(count)")
      }
    case .seconds(let seconds):
      guard seconds.isFinite, seconds > 0 else {
        throw .outOfRange(setting: "seconds", allowed: "above 0", found: "\(seconds)")
      }
    }
  }
}

/// Why a burst cannot start.
public enum TuningError: Error, Equatable, CustomStringConvertible {
  /// No item has a trained token.
  case nothingToTrain
  /// A setting that cannot be.
  case outOfRange(setting: String, allowed: String, found: String)

  /// What happened and what to do next.
  public var description: String {
    switch self {
    case .nothingToTrain:
      "There is nothing to train on: no example has a trained token. Add one with an answer."
    case .outOfRange(let setting, let allowed, let found):
      "The \(setting) cannot be \(found): choose \(allowed)."
    }
  }
}
