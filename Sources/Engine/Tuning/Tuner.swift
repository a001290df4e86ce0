/// What one optimiser step did. Loss is the mean over trained tokens before the update; the norm before clipping.
public struct StepReport: Codable, Sendable, Equatable {
  public var step: Int
  public var loss: Double
  public var gradientNorm: Double
  public var learningRate: Double
  /// Tokens of the batch's examples, trained or not.
  public var tokens: Int
  public var seconds: Double
  /// True where loss or gradient was not finite: nothing was changed.
  public var skipped: Bool
}

/// AdamW's moments and step count; as large as the adapter twice over.
public final class OptimiserState: @unchecked Sendable {
  public var step: Int { fatalError("stub") }
  /// A fresh state for `adapter`.
  public init(for adapter: Adapter) { fatalError("stub") }
  public func copy() -> OptimiserState { fatalError("stub") }
  /// Reads what `write(to:)` wrote (one safetensors file).
  public init(file: String, for adapter: Adapter) throws { fatalError("stub") }
  public func write(to file: String) throws { fatalError("stub") }
}

/// Runs optimiser steps on an adapter. Batches are a function of (seed, optimiser step, items), so a burst can
/// be continued exactly: two bursts of 10 steps equal one of 20.
public final class Tuner {
  /// Changed by every step. The tuner takes over the two objects it is given: pass copies to keep the old ones.
  public let adapter: Adapter
  public let optimiser: OptimiserState
  /// Throws where no item has a trained token, an item is longer than the context, or a setting is out of range.
  public init(
    model: Model, adapter: Adapter, optimiser: OptimiserState, recipe: Recipe,
    items: [TrainingItem], length: BurstLength
  ) throws { fatalError("stub") }
  /// Steps the burst will take; nil while bounded by seconds.
  public var plannedSteps: Int? { fatalError("stub") }
  /// Steps done in this burst.
  public var completedSteps: Int { fatalError("stub") }
  public var isFinished: Bool { fatalError("stub") }
  /// One step over one batch. `shouldStop` is asked between micro-batches; where it answers true the step is
  /// given up unapplied and nil is returned.
  public func step(shouldStop: () -> Bool = { false }) throws -> StepReport? { fatalError("stub") }
}
