import Engine

/// What there is to say about the examples before a burst.
public struct Readiness: Sendable, Equatable {
  /// Examples that a burst learns from.
  public var examples: Int
  /// Examples held out of it.
  public var held: IDList
  /// Examples that answer the same prompt differently.
  public var conflicts: [IDList]
  /// Examples that say the same.
  public var duplicates: [IDList]
  /// What a burst without words would do.
  public var plan: BurstPlan

  /// Fewer examples than these are learnt by heart rather than as a style.
  public static let few = 5
}

extension Workbench {
  /// Looks at the live examples.
  public var readiness: Readiness {
    let findings = WordLints.findings(session.liveExamples.filter { !session.isHeld($0.id) })
    let recipe = session.recipe
    let plan = plan(
      recipe: recipe,
      automatic: AutomaticSetting.allCases.filter { session.isAutomatic($0, in: recipe) })
    return Readiness(
      examples: plan.examples, held: session.held,
      conflicts: findings.compactMap {
        if case .contradiction(let ids) = $0 { IDList(ids) } else { nil }
      },
      duplicates: findings.filter(\.isRepetition).map { IDList($0.examples) },
      plan: plan)
  }
}
