/// The loss of a step, made up of its items:
///
/// loss = Σ nats of the wanted answers' trained tokens / their count + Σ losses of judged answers / count of items.
///
/// A wanted answer is an example, or the chosen one of a pair: its nats count `chosenWeight` times. Without judged
/// answers this is the mean over trained tokens; with pairs alone, TRL's DPO with `rpo_alpha` = `chosenWeight`. An
/// item's pull does not depend on what stands beside it in a batch.
struct BatchLoss {
  private let tokens: Int
  private let items: Int
  private let preference: PreferenceLoss
  private let reference: ReferenceScores

  /// What the items of a step add up to.
  struct Sum {
    /// Nats of the wanted answers.
    var nats = 0.0
    /// Losses of the judged ones.
    var judged = 0.0
    var report = JudgedReport()

    static func += (sum: inout Sum, other: Sum) {
      sum.nats += other.nats
      sum.judged += other.judged
      sum.report += other.report
    }
  }

  /// What a nat of one sequence is to the loss.
  struct Term {
    /// The loss's slope in the sequence's nats.
    var slope: Float
    /// How often its nats count among those of the wanted answers.
    var share = 1.0
  }

  /// The loss of `batch`; `reference` has seen its judged answers.
  init(_ batch: [TrainingItem], _ preference: PreferenceLoss, _ reference: ReferenceScores) {
    tokens = batch.reduce(0) { $0 + ($1.aim == .unlikely ? 0 : $1.trainedCount) }
    items = batch.count
    self.preference = preference
    self.reference = reference
  }

  /// The loss that all of the batch adds up to.
  func callAsFunction(_ sum: Sum) -> Double {
    (tokens > 0 ? sum.nats / Double(tokens) : 0) + (items > 0 ? sum.judged / Double(items) : 0)
  }

  /// The term of each sequence of some of the batch's items, and the losses of the judged ones among them.
  /// `nats` answers for a sequence of a judged item, by its place among all sequences.
  func terms(_ some: [TrainingItem], nats: (Int) -> Double) -> (terms: [Term], sum: Sum) {
    let token = 1 / Float(max(1, tokens))
    var terms: [Term] = []
    var sum = Sum()
    for item in some {
      switch item.aim {
      case .likely: terms.append(Term(slope: token))
      case .likelier(let rejected):
        let chosen = reference(item) - nats(terms.count)
        let margin = chosen - (reference(rejected) - nats(terms.count + 1))
        let (loss, slope) = preference.ofPair(margin: margin)
        let pull = Float(-slope / Double(items))
        terms.append(
          Term(
            slope: pull + preference.chosenWeight * token, share: Double(preference.chosenWeight)))
        terms.append(Term(slope: -pull, share: 0))
        sum.judged += loss
        sum.report.add(margin: Double(preference.beta) * margin)
      case .unlikely:
        let margin = nats(terms.count) - reference(item)
        let (loss, slope) = preference.ofBad(margin: margin)
        terms.append(Term(slope: Float(slope / Double(items)), share: 0))
        sum.judged += loss
        sum.report.add(margin: Double(preference.beta) * margin)
      }
    }
    return (terms, sum)
  }
}

extension JudgedReport {
  static func += (report: inout JudgedReport, other: JudgedReport) {
    let count = report.count + other.count
    guard count > 0 else { return }
    report.margin =
      (report.margin * Double(report.count) + other.margin * Double(other.count)) / Double(count)
    report.count = count
    report.won += other.won
  }
}

extension Model {
  /// The loss of `items` as one batch, without its slope.
  func loss(
    of items: [TrainingItem], adapter: Adapter, _ preference: PreferenceLoss,
    _ reference: ReferenceScores
  ) throws -> Double {
    _ = try reference.fill(items, model: self, shouldStop: { false })
    let nats = try score(items.flatMap(\.sequences), adapter: adapter).map(\.sum)
    let loss = BatchLoss(items, preference, reference)
    var (terms, sum) = loss.terms(items) { nats[$0] }
    sum.nats = zip(terms, nats).reduce(0.0) { $0 + $1.0.share * $1.1 }
    return loss(sum)
  }
}
