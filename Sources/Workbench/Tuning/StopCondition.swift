/// What ends a burst.
public enum StopCondition: Sendable, Hashable {
  /// So many steps are done.
  case steps(Int)
  /// So many times all examples were seen.
  case epochs(Int)
  /// So many seconds are over.
  case seconds(Double)
  /// The training loss is below this, as the mean over the last epoch's steps (nats a trained token).
  case loss(Double)
  /// The loss on the examples held out is below this.
  case held(Double)
  /// The drift would go beyond this: the last state within it is kept.
  case drift(Double)
  /// All probes pass.
  case probes
  /// Losses no longer fall: those on the examples held out, where there are any.
  case plateau
}

extension StopCondition: TextCoded {
  /// What one looks like.
  public static let form =
    "loss<0.4, held<2.9, drift<=0.05, 20s, 20 steps, 3 epochs, probes pass or plateau"

  /// The condition that `text` names, spaces left out: `loss<0.4`, `20s`.
  public init?(_ text: String) {
    let text = text.lowercased().filter { !$0.isWhitespace }
    switch text {
    case "plateau": self = .plateau
    case "probes", "probespass": self = .probes
    default:
      if let sign = text.firstIndex(of: "<") {
        let number = text[text.index(after: sign)...].drop { $0 == "=" }
        guard let value = Double(number), value.isFinite, value > 0 else { return nil }
        switch text[..<sign] {
        case "loss": self = .loss(value)
        case "held", "heldout", "held-out": self = .held(value)
        case "drift", "kl": self = .drift(value)
        default: return nil
        }
      } else {
        let unit = String(text.reversed().prefix { $0.isLetter }.reversed())
        guard let condition = Self.bound(text.dropLast(unit.count), unit) else { return nil }
        self = condition
      }
    }
  }

  private static func bound(_ number: Substring, _ unit: String) -> StopCondition? {
    switch unit {
    case "", "step", "steps", "iters":
      Int(number).flatMap { 1...1_000_000 ~= $0 ? .steps($0) : nil }
    case "epoch", "epochs":
      Int(number).flatMap { 1...100_000 ~= $0 ? .epochs($0) : nil }
    case "s", "sec", "second", "seconds":
      Double(number).flatMap { $0.isFinite && $0 > 0 ? .seconds($0) : nil }
    default: nil
    }
  }

  /// As a person types it.
  public var description: String {
    switch self {
    case .steps(let count): count == 1 ? "1 step" : "\(count) steps"
    case .epochs(let count): count == 1 ? "1 epoch" : "\(count) epochs"
    case .seconds(let seconds): "\(plain(seconds))s"
    case .loss(let limit): "loss<\(plain(limit))"
    case .held(let limit): "held<\(plain(limit))"
    case .drift(let limit): "drift<=\(plain(limit))"
    case .probes: "probes pass"
    case .plateau: "plateau"
    }
  }

  private func plain(_ number: Double) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension StopCondition: SessionWritable {}

/// Conditions of which the first to hold ends a burst: `loss<0.4 or 20s`.
public struct StopRules: Sendable, Equatable {
  /// The conditions, as they were given.
  public private(set) var conditions: [StopCondition]

  /// Rules of those conditions.
  public init(_ conditions: [StopCondition]) { self.conditions = conditions }

  /// The largest drift allowed, where that is limited.
  public var driftLimit: Double? {
    conditions.compactMap { if case .drift(let limit) = $0 { limit } else { nil } }.min()
  }

  /// Whether `condition` is one of them.
  public func contains(_ condition: StopCondition) -> Bool { conditions.contains(condition) }

  /// These and one more, unless it is there already.
  public func adding(_ condition: StopCondition) -> StopRules {
    contains(condition) ? self : StopRules(conditions + [condition])
  }

  /// The most steps they allow, with `stepsPerEpoch` steps an epoch; nil where they do not say.
  func mostSteps(stepsPerEpoch: Int) -> Int? {
    conditions.compactMap { condition in
      switch condition {
      case .steps(let count): count
      case .epochs(let count): min(1_000_000, count * max(1, stepsPerEpoch))
      default: nil
      }
    }.min()
  }
}

extension StopRules: TextCoded {
  /// What they look like.
  public static let form = "conditions such as loss<0.4 or 20s"

  /// The rules `text` names; nil where one of them is no condition.
  public init?(_ text: String) {
    var conditions: [StopCondition] = []
    let words = text.split(whereSeparator: \.isWhitespace)
    for part in words.split(separator: "or", omittingEmptySubsequences: false) {
      guard let condition = StopCondition(part.joined(separator: " ")) else { return nil }
      conditions.append(condition)
    }
    self.init(conditions)
  }

  /// As a person types them.
  public var description: String { conditions.map(\.description).joined(separator: " or ") }
}

extension StopRules: SessionWritable {}
