import Engine
import Workbench

/// One thing `/set` changes.
struct Setting: Sendable {
  /// All settings of a session, to be changed together.
  struct Values: Equatable {
    var seed: UInt64 = 1
    var sampling = Sampling()
    var recipe = Recipe()
    var probes: String?
    /// Settings of bursts that nobody set, and that are chosen for each burst.
    var automatic = AutomaticSetting.allCases
  }

  /// What a setting is about.
  enum Scope: String, Sendable, CaseIterable {
    case replies = "Replies", bursts = "Bursts", probes = "Probes"
  }

  let name: String
  /// Other tools' names for it.
  let aliases: [String]
  let scope: Scope
  let summary: String
  /// What it may be, in a few words.
  let range: String
  /// Values that have a name.
  var choices: [String] = []
  let show: @Sendable (Values) -> String
  let change: @Sendable (inout Values, _ word: String) throws -> Void

  /// Every setting, in the order `/set` lists them.
  static let table: [Setting] = [
    .number(
      .replies, "temperature", ["temp"], "0 takes the likeliest token, more is freer",
      "0 or more", \.sampling.temperature),
    .count(
      .replies, "top-k", [], "draw from so many likeliest tokens", "0 (off) or more",
      \.sampling.topK),
    .number(
      .replies, "top-p", [], "draw only from the likeliest, up to this share",
      "above 0, to 1 (off)", \.sampling.topP),
    .number(
      .replies, "min-p", [], "draw only from those at least this likely, beside the likeliest",
      "0 (off) to below 1", \.sampling.minP),
    .number(
      .replies, "repetition-penalty", ["repeat-penalty"],
      "makes tokens seen lately less likely", "above 0; 1 is off", \.sampling.repetitionPenalty),
    .count(
      .replies, "max-tokens", ["max-new-tokens", "num-predict"], "the longest reply, in tokens",
      "1 or more", \.sampling.maxTokens),
    Setting(
      name: "seed", aliases: [], scope: .replies, summary: "decides every random choice",
      range: "0 or more",
      show: { "\($0.seed)" },
      change: { values, word in
        guard let seed = UInt64(word) else {
          throw UsageError.notANumber(word, what: "seed", range: "from 0 to \(UInt64.max)")
        }
        values.seed = seed
      }),
    .count(
      .bursts, "rank", ["r", "lora-r"], "rows of each adapter matrix", "1 to 1024", \.recipe.rank),
    .number(
      .bursts, "alpha", ["lora-alpha"], "the adapter's weight: alpha / rank", "above 0",
      \.recipe.alpha),
    Setting(
      name: "targets", aliases: ["target-modules", "keys"], scope: .bursts,
      summary: "which matrices of a layer are adapted",
      range: "all, or some of " + Projection.allCases.map(\.rawValue).joined(separator: ","),
      choices: ["all", "attention", "mlp"],
      show: {
        $0.recipe.targets.count == Projection.allCases.count
          ? "all" : $0.recipe.targets.map(\.rawValue).joined(separator: ",")
      },
      change: { $0.recipe.targets = try projections($1) }),
    Setting(
      name: "layers", aliases: ["num-layers"], scope: .bursts,
      summary: "how many of the last layers are adapted",
      range: "1 or more, or all", choices: ["all"],
      show: { $0.recipe.lastLayers.map { "\($0)" } ?? "all" },
      change: { values, word in
        let isAll = word == "all" || word == "-1"
        values.recipe.lastLayers =
          isAll ? nil : try wholeNumber(word, what: "layers", in: 1...Int.max)
      }),
    .automatic(
      .learningRate, "learning-rate", ["lr"], "how far a step goes", "above 0, to 1, or auto",
      show: { shown($0.recipe.learningRate) },
      change: { $0.recipe.learningRate = try parsedNumber($1, "learning-rate") }),
    .count(
      .bursts, "batch-size", ["batch"], "examples a step", "1 to 4096", \.recipe.batchSize),
    .count(
      .bursts, "warmup", ["warmup-steps"], "steps until the rate is whole", "0 or more",
      \.recipe.warmup),
    .choice(.bursts, "schedule", "the rate over a burst", \.recipe.schedule),
    .number(
      .bursts, "weight-decay", [], "pulls the adapter towards nothing", "0 to 1",
      \.recipe.weightDecay),
    Setting(
      name: "clip", aliases: ["max-grad-norm"], scope: .bursts,
      summary: "the largest gradient norm", range: "above 0, or none", choices: ["none"],
      show: { $0.recipe.clip.map(shown) ?? "none" },
      change: { values, word in
        values.recipe.clip = word == "none" ? nil : try parsedNumber(word, "clip")
      }),
    .automatic(
      .klWeight, "kl", ["kl-weight", "kl-coef"],
      "how strongly bursts hold to the foundation on neutral text",
      "above 0, to 1000, none or auto",
      choices: ["none"],
      show: { $0.recipe.klWeight.map(shown) ?? "none" },
      change: { values, word in
        values.recipe.klWeight = word == "none" || word == "0" ? nil : try parsedNumber(word, "kl")
      }),
    .choice(.bursts, "order", "the order of the examples", \.recipe.order),
    .number(
      .bursts, "beta", ["dpo-beta"], "keeps pairs and judgements near the foundation", "above 0",
      \.recipe.beta),
    .number(
      .bursts, "chosen-weight", ["rpo-alpha"],
      "a pair's chosen reply as an example of its own", "0 (off) or more", \.recipe.chosenWeight),
    Setting(
      name: "probes", aliases: ["suite"], scope: .probes,
      summary: "the suite that is run after each burst",
      range: "a suite of /prompts, or none", choices: ["none"],
      show: { $0.probes ?? "none" },
      change: { $0.probes = $1 == "none" ? nil : $1 }),
  ]

  /// The setting of that name, by ours or another tool's, with `_` for `-`.
  static func named(_ word: String) throws(UsageError) -> Setting {
    let name = word.lowercased().replacing("_", with: "-")
    if let setting = table.first(where: { $0.name == name || $0.aliases.contains(name) }) {
      return setting
    }
    throw .unknownSetting(word, nearest: nearestName(to: name, in: table.map(\.name)))
  }

  /// The settings of a burst's recipe as `/set` shows them: `rank 8`.
  static func words(_ recipe: Recipe) -> [String] {
    let values = Values(recipe: recipe, automatic: [])
    return table.filter { $0.scope == .bursts }.map { "\($0.name) \($0.show(values))" }
  }

  /// `values` with this one changed; `default` is its default.
  func changing(_ values: Values, to word: String) throws -> Values {
    var values = values
    try change(&values, word == "default" ? show(Values()) : word)
    return values
  }
}

extension Setting {
  private typealias Path<Value> = any (WritableKeyPath<Values, Value> & Sendable)

  private static func number(
    _ scope: Scope, _ name: String, _ aliases: [String], _ summary: String, _ range: String,
    _ path: Path<Float>
  ) -> Setting {
    Setting(
      name: name, aliases: aliases, scope: scope, summary: summary, range: range,
      show: { shown($0[keyPath: path]) },
      change: { $0[keyPath: path] = try parsedNumber($1, name) })
  }

  /// One that is chosen for each burst while it is `auto`.
  private static func automatic(
    _ setting: AutomaticSetting, _ name: String, _ aliases: [String], _ summary: String,
    _ range: String, choices: [String] = [],
    show: @escaping @Sendable (Values) -> String,
    change: @escaping @Sendable (inout Values, String) throws -> Void
  ) -> Setting {
    Setting(
      name: name, aliases: aliases, scope: .bursts, summary: summary, range: range,
      choices: choices + ["auto"],
      show: { $0.automatic.contains(setting) ? "auto" : show($0) },
      change: { values, word in
        values.automatic.removeAll { $0 == setting }
        if word == "auto" {
          values.automatic.append(setting)
          let standard = Recipe()
          switch setting {
          case .klWeight: values.recipe.klWeight = standard.klWeight
          case .learningRate: values.recipe.learningRate = standard.learningRate
          }
        } else {
          try change(&values, word)
        }
      })
  }

  private static func count(
    _ scope: Scope, _ name: String, _ aliases: [String], _ summary: String, _ range: String,
    _ path: Path<Int>
  ) -> Setting {
    Setting(
      name: name, aliases: aliases, scope: scope, summary: summary, range: range,
      show: { "\($0[keyPath: path])" },
      change: { $0[keyPath: path] = try wholeNumber($1, what: name, in: 0...Int.max) })
  }

  private static func choice<Value>(
    _ scope: Scope, _ name: String, _ summary: String, _ path: Path<Value>
  ) -> Setting where Value: CaseIterable & RawRepresentable<String> & SendableMetatype {
    let choices = Value.allCases.map(\.rawValue)
    return Setting(
      name: name, aliases: [], scope: scope, summary: summary,
      range: choices.joined(separator: ", "), choices: choices,
      show: { $0[keyPath: path].rawValue },
      change: { values, word in
        guard let value = Value(rawValue: word) else {
          throw UsageError.notAChoice(word, what: name, choices: choices)
        }
        values[keyPath: path] = value
      })
  }
}

private func parsedNumber(_ word: String, _ name: String) throws(UsageError) -> Float {
  guard let number = Float(word), number.isFinite else {
    throw .notANumber(word, what: name, range: "such as 0.5 or 1e-4")
  }
  return number
}

/// A number as short as it can be: 1 rather than 1.0.
private func shown(_ number: Float) -> String {
  let text = "\(number)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// The projections a word names: `q,v`, `q_proj v_proj`, or a family.
private func projections(_ word: String) throws(UsageError) -> [Projection] {
  var found: Set<Projection> = []
  for name in word.lowercased().split(whereSeparator: { $0 == "," || $0 == " " }) {
    switch name {
    case "all", "all-linear": found.formUnion(Projection.allCases)
    case "attention": found.formUnion([.q, .k, .v, .o])
    case "mlp": found.formUnion([.gate, .up, .down])
    default:
      guard let projection = Projection(name: String(name)) else {
        throw .notAChoice(
          String(name), what: "Each target",
          choices: ["all", "attention", "mlp"] + Projection.allCases.map(\.rawValue))
      }
      found.insert(projection)
    }
  }
  guard !found.isEmpty else {
    throw .notAChoice(
      word, what: "Each target", choices: ["all"] + Projection.allCases.map(\.rawValue))
  }
  return found.sorted()
}
