#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// How judged answers are learnt.
///
/// With Δ = log p(answer) − log p_foundation(answer), sums over its trained tokens, in nats:
/// - a pair: −log σ(β (Δ chosen − Δ rejected)), DPO (Rafailov et al. 2023, arXiv:2305.18290, equation 7);
/// - an answer judged bad: σ(β Δ), the unpaired loss of APO-zero (D'Oosterlinck et al. 2024, arXiv:2408.06266), which is
///   KTO's (Ethayarajh et al. 2024) with its reference point at 0. Both lose their slope as the answer moves off.
public struct PreferenceLoss: Codable, Sendable, Equatable {
  /// β: how soon a pair counts as learnt. Small values let the model move far from the foundation.
  public var beta: Float = 0.1
  /// Weight of a pair's chosen answer as an example of its own, beside its pair's loss (RPO, Pang et al. 2024,
  /// arXiv:2404.19733); 0 is plain DPO.
  public var chosenWeight: Float = 1

  /// The defaults.
  public init() {}

  /// The loss where judged answers stand `margin` nats (Δ chosen − Δ rejected) apart, and its slope in the margin.
  package func ofPair(margin: Double) -> (loss: Double, slope: Double) {
    let beta = Double(beta)
    let z = beta * margin
    return (max(0, -z) + log1p(exp(-abs(z))), -beta * Self.sigmoid(-z))
  }

  /// The loss where a bad answer has become `margin` nats (−Δ) less likely, and its slope in the margin.
  package func ofBad(margin: Double) -> (loss: Double, slope: Double) {
    let beta = Double(beta)
    let share = Self.sigmoid(-beta * margin)
    return (share, -beta * share * (1 - share))
  }

  private static func sigmoid(_ z: Double) -> Double {
    z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z))
  }
}

extension Recipe {
  /// How judged answers are learnt.
  var judging: PreferenceLoss { preference ?? PreferenceLoss() }

  /// β of the loss of pairs and judgements.
  public var beta: Float {
    get { judging.beta }
    set { setJudging { $0.beta = newValue } }
  }

  /// Weight of a pair's chosen answer as an example of its own.
  public var chosenWeight: Float {
    get { judging.chosenWeight }
    set { setJudging { $0.chosenWeight = newValue } }
  }

  private mutating func setJudging(_ change: (inout PreferenceLoss) -> Void) {
    var changed = judging
    change(&changed)
    preference = changed == PreferenceLoss() ? nil : changed
  }
}

/// How a step's judged answers stood before its update.
public struct JudgedReport: Codable, Sendable, Equatable {
  /// How many there were: pairs, and answers judged bad.
  public var count = 0
  /// How many lean the right way, compared with the foundation.
  public var won = 0
  /// How far they lean: mean of β (Δ chosen − Δ rejected), or of −β Δ. TRL calls it the reward margin.
  public var margin = 0.0

  /// None yet.
  public init() {}

  mutating func add(margin reward: Double) {
    margin = (margin * Double(count) + reward) / Double(count + 1)
    count += 1
    if reward > 0 { won += 1 }
  }
}

/// What the foundation gives judged answers: the reference of their loss, which never changes.
///
/// Belongs to one model, for as long as a burst runs.
final class ReferenceScores {
  private struct Answer: Hashable {
    var tokens: [Token]
    var trained: [Bool]

    init(_ item: TrainingItem) {
      tokens = item.tokens
      trained = item.trained
    }
  }

  private var nats: [Answer: Double] = [:]

  /// Scores the judged answers among `items` that are not known yet; false where `shouldStop` ended it.
  func fill(_ items: [TrainingItem], model: Model, shouldStop: () -> Bool) throws -> Bool {
    let missing = items.filter { $0.aim != .likely }.flatMap(\.sequences)
      .filter { nats[Answer($0)] == nil }
    guard !missing.isEmpty else { return true }
    var goesOn = true
    let scores = try model.score(missing, adapter: nil) { _ in
      goesOn = !shouldStop()
      return goesOn
    }
    for (item, score) in zip(missing, scores) { nats[Answer(item)] = score.sum }
    return goesOn
  }

  /// Negative log likelihood (nats) of an answer that `fill` has seen.
  func callAsFunction(_ item: TrainingItem) -> Double {
    guard let nats = nats[Answer(item)] else { preconditionFailure("an answer was not scored") }
    return nats
  }
}

extension [Float] {
  /// The sum, in double precision and in order.
  var sum: Double { reduce(0.0) { $0 + Double($1) } }
}
