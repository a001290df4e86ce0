import Workbench

extension Command {
  static let set = Command(
    name: "set", arguments: "[NAME [VALUE] | NAME=VALUE …]",
    summary: "Show or change settings.",
    details: """
      Tab knows names and values. VALUE default puts one back. Other tools' names (lr, lora_alpha, num_layers …) work \
      too. Settings belong to the session; lines of /set in $XDG_CONFIG_HOME/attune/config hold for every new one.
      Defaults: without a name it lists all settings; without a value it explains one.
      Example: /set temperature 0.7   or   /set rank=16 alpha=32
      """,
    group: .settings, completes: .setting
  ) { words, console in
    let (settings, values) = try console.settings(words)
    try console.apply(values)
    let output = console.output
    if words.count < 2, !words.text.contains("=") {
      try console.list(words.isEmpty ? Setting.table : settings)
    } else if output.isJSON {
      try output.json(
        Dictionary(settings.map { ($0.name, $0.show(values)) }) { first, _ in first })
    } else {
      output.table(settings.map { [$0.name, $0.show(values)] })
    }
    return .prompt
  }
}

extension Setting.Values {
  /// The settings of a session.
  init(_ session: Session) {
    self.init(
      seed: session.seed, sampling: session.sampling, recipe: session.recipe,
      probes: session.state.probes,
      automatic: AutomaticSetting.allCases.filter { session.isAutomatic($0, in: session.recipe) })
  }
}

extension Console {
  /// The settings that `words` name, and the session's with those changed that are given a value: all, or none.
  fileprivate func settings(_ words: Words) throws -> (named: [Setting], values: Setting.Values) {
    var values = Setting.Values(workbench.session)
    var named: [Setting] = []
    var rest = words.all[...]
    while let word = rest.popFirst() {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let setting = try Setting.named(String(parts[0]))
      named.append(setting)
      if parts.count > 1 {
        values = try setting.changing(values, to: String(parts[1]))
      } else if let value = rest.first, !value.contains("=") {
        rest.removeFirst()
        values = try setting.changing(values, to: value)
      }
    }
    return (named, values)
  }

  /// Changes the settings that `words` name with a value.
  func changeSettings(_ words: Words) throws {
    try apply(settings(words).values)
  }

  /// Changes the session's settings to `values`, where they differ.
  fileprivate func apply(_ values: Setting.Values) throws {
    let session = workbench.session
    if values.probes != session.state.probes {
      // One that is not there is told now rather than after a burst.
      if let name = values.probes { _ = try suite(name) }
      try workbench.setProbes(values.probes)
    }
    if values.recipe != session.recipe { try workbench.setRecipe(values.recipe) }
    if Set(values.automatic) != Set(Setting.Values(workbench.session).automatic) {
      try workbench.setChosen(
        AutomaticSetting.allCases.filter { !values.automatic.contains($0) })
    }
    if values.sampling != session.sampling { try workbench.setSampling(values.sampling) }
    if values.seed != session.seed { try workbench.setSeed(values.seed) }
  }

  /// Shows what settings are, are by default, and may be; of one alone, also what it is for.
  fileprivate func list(_ settings: [Setting]) throws {
    let values = Setting.Values(workbench.session)
    if output.isJSON {
      for setting in settings { try output.json(SettingReport(setting, values)) }
    } else if let setting = settings.first, settings.count == 1 {
      output.prose("\(setting.name)  \(setting.show(values))")
      output.prose("\(setting.summary): \(setting.range) (default \(setting.standard))")
    } else {
      output.lines { Setting.listed(settings, values, for: $0) }
    }
  }
}

extension Setting {
  /// A row each under the columns' names, with what it is for where there is room; two rows where there is little.
  fileprivate static func listed(
    _ settings: [Setting], _ values: Setting.Values, for page: Page
  ) -> [String] {
    if let room = page.room, room < 72 {
      return settings.flatMap { setting in
        let more = "default \(setting.standard); \(setting.range)"
        return ["\(setting.name)  \(setting.show(values))"]
          + wrapped(more, to: room - 2).map { "  " + $0 }
      }
    }
    let isWide = page.room.map { $0 >= 112 } ?? true
    let head = ["setting", "now", "default", "what it may be"] + (isWide ? ["what for"] : [])
    let rows = settings.map {
      [$0.name, $0.show(values), $0.standard, $0.range] + (isWide ? [$0.summary] : [])
    }
    let lines = tableLines([head] + rows, width: page.room)
    return [page.palette.paint(lines[0], .strong)] + lines.dropFirst()
  }

  /// What it is by default.
  fileprivate var standard: String { show(Values()) }
}

private struct SettingReport: Encodable {
  var setting: String
  var value: String
  var standard: String
  var range: String
  var choices: [String]

  init(_ setting: Setting, _ values: Setting.Values) {
    self.setting = setting.name
    value = setting.show(values)
    standard = setting.standard
    range = setting.range
    choices = setting.choices
  }

  enum CodingKeys: String, CodingKey {
    case setting, value, range, choices
    case standard = "default"
  }
}
