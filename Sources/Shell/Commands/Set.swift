import Workbench

extension Command {
  static let set = Command(
    name: "set", arguments: "[NAME [VALUE] | NAME=VALUE …]",
    summary: "Show or change settings.",
    details: """
      Alone it lists them all. default puts one back. Other tools' names (lr, lora_alpha, \
      num_layers …) work too. Settings belong to the session; lines of /set in \
      $XDG_CONFIG_HOME/attune/config hold for every new one.
      Example: /set temperature 0.7   or   /set rank=16 alpha=32
      """,
    group: .settings, completes: .setting
  ) { words, console in
    let settings = try console.changeSettings(words)
    try console.show(settings.isEmpty ? Setting.table : settings)
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
  /// Changes the settings that `words` name with a value; returns all that are named. All of them
  /// are changed, or none.
  func changeSettings(_ words: Words) throws -> [Setting] {
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
    try apply(values)
    return named
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

  fileprivate func show(_ settings: [Setting]) throws {
    let values = Setting.Values(workbench.session)
    if output.isJSON {
      try output.json(
        Dictionary(
          uniqueKeysWithValues: Set(settings.map(\.name)).map { name in
            (name, settings.first { $0.name == name }?.show(values) ?? "")
          }))
      return
    }
    if let width = output.width, width < 60 {
      for setting in settings { output.prose("\(setting.name) \(setting.show(values))") }
      return
    }
    let rows = settings.map { setting in
      [setting.name, setting.show(values)] + (settings.count > 1 ? [setting.summary] : [])
    }
    for line in tableLines(rows, width: output.width.map { $0 - 1 }) { output.line(line) }
  }
}
