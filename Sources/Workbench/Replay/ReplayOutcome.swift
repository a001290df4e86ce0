extension Replay {
  /// How one part of a session came out.
  public struct Outcome: Sendable, Equatable {
    /// What was run again.
    public var part: Part
    /// Whether it is what the session's file says.
    public var verdict: Verdict
    /// How a burst went; nil for replies.
    public var tuning: Tuning?

    /// Whether every byte agrees.
    public var isSame: Bool { verdict == .same }
  }

  /// A part of a session that can be run again, by its id.
  public enum Part: Sendable, Hashable {
    case burst(Int), comparison(Int), turn(Int)
  }

  /// Whether a part is what the session's file says.
  public enum Verdict: Sendable, Hashable {
    /// Every byte agrees.
    case same
    /// Other kernels made it, and its losses agree within the tolerance.
    case near
    /// It is something else.
    case differs
    /// It was not compared.
    case leftOut(Omission)
  }

  /// Why a part was not compared.
  public enum Omission: String, Sendable, CaseIterable {
    /// The session does not say how the reply was drawn.
    case notRecorded
    /// The turns before it are not all kept.
    case conversationGone
    /// Its burst is not in the session.
    case burstGone
    /// It was stopped before there was a word.
    case cutOff
    /// Other kernels made the reply or the blend, and it is not the same to the byte, as it need not be: a token that is as
    /// likely as another parts two replies.
    case otherKernels
  }

  /// How a burst went this time.
  public struct Tuning: Sendable, Equatable {
    /// The loss of each step.
    public var losses: [Double] = []
    /// SHA-256 of the adapter.
    public var hash: String = ""
    /// The first step whose loss differs; nil where none does.
    public var firstDifference: Int?
    /// The most by which a loss differs, relative to the recorded one.
    public var largestDifference = 0.0
    /// Whether every byte must agree: the kernels that made it and what it goes on from have the same bytes as these.
    public var mustBeExact = true

    mutating func add(_ loss: Double, recorded: Double?) {
      losses.append(loss)
      // Bit patterns, so that two losses that are both not a number are the same.
      if let recorded, loss.bitPattern == recorded.bitPattern || loss.isNaN && recorded.isNaN {
        return
      }
      firstDifference = firstDifference ?? losses.count
      let distance = abs(loss - (recorded ?? .nan)) / max(abs(recorded ?? 0), Replay.leastLoss)
      largestDifference = distance.isFinite ? max(largestDifference, distance) : .infinity
    }
  }
}
