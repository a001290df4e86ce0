/// How a suite's probes went.
public struct ProbeRun: Sendable, Equatable {
  /// One probe, and how it went.
  public struct Outcome: Sendable, Equatable {
    /// What became of a probe by tuning.
    public enum Turn: String, Sendable { case broken, mended }

    /// The probe.
    public var probe: Probe
    /// How the foundation did.
    public var before: Verdict
    /// How the tuned model did; nil where there is none.
    public var after: Verdict?

    /// How the model in use did.
    public var verdict: Verdict { after ?? before }
    /// Whether tuning turned the probe, and which way.
    public var turn: Turn? {
      guard let after, after.passes != before.passes else { return nil }
      return after.passes ? .mended : .broken
    }
  }

  /// The suite's name.
  public var suite: String
  /// The probes that were done, in the file's order.
  public var outcomes: [Outcome] = []
  /// How many probes the suite has.
  public var total: Int
  /// Lines of the suite that could not be read.
  public var badLines: Int
  /// The burst whose adapter replied; nil where there was none, or it is no session's.
  public var burst: Int?
  /// Whether an adapter replied beside the foundation.
  public var isTuned: Bool

  /// How many probes passed with the foundation.
  public var passedBefore: Int { outcomes.count { $0.before.passes } }
  /// How many pass with the model in use.
  public var passed: Int { outcomes.count { $0.verdict.passes } }
  /// Whether every probe was done and passes with the model in use, and every line was read.
  public var passes: Bool { passed == total && badLines == 0 }
}
