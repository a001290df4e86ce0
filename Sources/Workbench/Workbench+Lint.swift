public import Engine

/// What a look over the examples found.
public struct LintReport: Sendable, Equatable {
  /// How many examples were looked at.
  public var examples: Int
  /// How many of them were asked where they pull the adapter.
  public var pulled: Int
  /// What was found.
  public var findings: [Finding]
}

/// An example as the model sees it.
public struct RenderedExample: Sendable, Equatable {
  /// Tokens, and which of them are trained.
  public var item: TrainingItem
  /// The bytes of each token; special ones are spelled out.
  public var bytes: [[UInt8]]
  /// The exact text.
  public var text: String { String(decoding: bytes.joined(), as: UTF8.self) }
}

extension Workbench {
  /// The most examples whose pull is computed; of more, so many are drawn by the session's seed.
  public static let mostPulled = 300

  /// Looks over the live examples: their words, their tokens and, unless `quick`, where each pulls the adapter in use (a
  /// fresh one at the foundation). `progress` is told how many pulls are done, and of how many, and answers whether to
  /// go on.
  public func lint(quick: Bool = false, progress: (Int, Int) -> Bool = { _, _ in true }) throws
    -> LintReport
  {
    let live = session.liveExamples
    guard !live.isEmpty else { throw WorkbenchError.noExamples }
    var findings = WordLints.findings(live)
    let lints = TokenLints(ends: model.ends, bos: model.bos)
    var usable: [(id: Int, item: TrainingItem)] = []
    for example in live {
      guard let content = example.revision?.content else { continue }
      do throws(ItemError) {
        let item = try model.item(content, system: session.system)
        let found = lints.findings(example.id, content, item)
        findings += found.filter { !findings.contains($0) }
        if item.trainedCount > 0 { usable.append((example.id, item)) }
      } catch {
        findings.append(.unusable(example.id, error))
      }
    }
    guard !quick, !usable.isEmpty else {
      return LintReport(examples: live.count, pulled: 0, findings: findings)
    }
    // Of examples that say the same, one is enough: the others pull the same way.
    let repeated = Set(findings.flatMap { $0.isRepetition ? $0.examples.dropFirst() : [] })
    usable.removeAll { repeated.contains($0.id) }
    if usable.count > Self.mostPulled {
      var random = SplitMix(seed: session.seed)
      usable = random.shuffled(usable).prefix(Self.mostPulled).sorted { $0.id < $1.id }
    }
    let weights = try currentWeights() ?? model.fresh(session.recipe)
    let sketches = try model.gradientSketches(
      usable.map(\.item), of: weights, seed: session.seed,
      progress: { progress($0, usable.count) })
    findings += GradientLints.findings(usable.map(\.id), sketches)
    return LintReport(examples: live.count, pulled: sketches.count, findings: findings)
  }

  /// What the words of the examples `ids` give away, beside those there were.
  public func quickFindings(about ids: IDList) -> [Finding] {
    WordLints.findings(session.liveExamples).filter { $0.examples.contains(where: ids.contains) }
  }

  /// An example as the model sees it.
  public func render(_ id: Int) throws -> RenderedExample {
    guard let content = try liveExample(id).revision?.content else {
      throw WorkbenchError.noSuchExample(id, last: session.examples.last?.id ?? 0)
    }
    do throws(ItemError) {
      let item = try model.item(content, system: session.system)
      return RenderedExample(item: item, bytes: item.tokens.map(model.bytes))
    } catch {
      throw WorkbenchError.example(id, error)
    }
  }
}

extension Finding {
  var isRepetition: Bool {
    switch self {
    case .same, .nearlySame: true
    default: false
    }
  }
}
