import Workbench

extension Command {
  static let status = Command(
    name: "status", arguments: "",
    summary: "Show model, session, adapter, settings and memory.",
    details: """
      The adapter's hash tells whether two sessions hold the same adapter.
      Example: /status
      """,
    group: .sessions
  ) { words, console in
    try words.expect(atMost: 0)
    let status = console.workbench.status
    let session = console.workbench.session
    try console.output.answer(StatusReport(status, probes: session.probes.of(session.current))) {
      console.output.facts(facts(status, console))
    }
    return .prompt
  }
}

private func facts(_ status: Status, _ console: Console) -> [[String]] {
  let values = Setting.Values(console.workbench.session)
  var rows = [
    [
      "model",
      "\(sanitisedLine(status.modelName)), \(short(Double(status.modelParameters))) parameters, "
        + "\(byteCount(status.modelSize)), context \(status.contextLength)",
    ],
    ["", console.shownPath(status.modelPath)],
    [
      "session",
      status.sessionPath.map(console.shownPath) ?? "not on disk yet; `/save NAME` names it",
    ],
    [
      "",
      counted(status.examples, "example") + ", " + counted(status.bursts, "burst")
        + (status.isScratch ? ", not named yet" : "") + (status.isReadOnly ? ", read only" : ""),
    ],
  ]
  if let burst = status.current {
    let share = status.trainedShare.map { " (\(fixed($0 * 100, places: 2))%)" } ?? ""
    rows.append([
      "adapter",
      "burst \(burst.id), \(status.adapterHash?.prefix(12) ?? "")"
        + (status.trainedParameters.map { ", \(short(Double($0))) parameters\(share)" } ?? "")
        + (status.deltaNorm.map { ", change \(fixed($0, places: 3))" } ?? ""),
    ])
    if status.deltaNorm == 0 { rows.append(["", "it changes nothing"]) }
  } else {
    rows.append(["adapter", "none: the foundation is in use"])
  }
  if let votes = votesText(status) { rows.append(["votes", votes]) }
  rows += [
    ["scale", fixed(Double(status.strength), places: 2)],
    ["chat", status.chat ? "on" : "off"],
    ["system", status.system.map(sanitisedLine) ?? "as the model's template has it"],
  ]
  for scope in [Setting.Scope.replies, .bursts] {
    let settings = Setting.table.filter { $0.scope == scope }
    rows.append([
      scope.rawValue.lowercased(),
      settings.map { "\($0.name) \($0.show(values))" }.joined(separator: ", "),
    ])
  }
  let session = console.workbench.session
  let results = session.probes.of(session.current).map { "\(sanitisedLine($0.suite)) \($0.counts)" }
  let chosen = session.state.probes.map { ["\(sanitisedLine($0)) after each burst"] } ?? []
  if !(results + chosen).isEmpty {
    rows.append(["probes", (results + chosen).joined(separator: ", ")])
  }
  rows.append([
    "memory",
    byteCount(status.memoryBytes)
      + (status.keptBytes > 0
        ? ", \(byteCount(status.keptBytes)) of it kept from earlier prompts and replies" : ""),
  ])
  rows.append(["disk", byteCount(status.diskBytes)])
  if let unsaved = status.unsaved { rows.append(["unsaved", console.shown("\(unsaved)")]) }
  return rows
}

/// How the tuned model fared against the foundation in /prefer; nil where nobody was asked.
private func votesText(_ status: Status) -> String? {
  func text(_ votes: [Votes]) -> String {
    let (tuned, decided) = votes.reduce((0, 0)) { ($0.0 + $1.tuned, $0.1 + $1.decided) }
    let neither = votes.reduce(0) { $0 + $1.neither }
    return "tuned preferred \(tuned) of \(counted(decided, "time"))"
      + (neither > 0 ? ", neither \(counted(neither, "time"))" : "")
  }
  guard !status.votes.isEmpty else { return nil }
  let current = status.votes.filter { $0.burst == status.current?.id }
  guard status.votes.count > 1, let votes = current.first else { return text(status.votes) }
  return text(status.votes) + "; burst \(votes.burst): \(votes.tuned) of \(votes.decided)"
}

private struct StatusReport: Encodable {
  var model: String
  var modelPath: String
  var modelBytes: Int
  var parameters: Int
  var contextLength: Int
  var session: String?
  var isScratch: Bool
  var isReadOnly: Bool
  var examples: Int
  var bursts: Int
  var current: Int?
  var adapter: String?
  var deltaNorm: Double?
  var trainedParameters: Int?
  var scale: Float
  var chat: Bool
  var system: String?
  var memoryBytes: Int
  var keptBytes: Int
  var diskBytes: Int
  var votes: [Votes]
  var probes: [ProbeRecord]

  init(_ status: Status, probes: [ProbeRecord]) {
    model = status.modelName
    modelPath = status.modelPath
    modelBytes = status.modelSize
    parameters = status.modelParameters
    contextLength = status.contextLength
    session = status.sessionPath
    isScratch = status.isScratch
    isReadOnly = status.isReadOnly
    examples = status.examples
    bursts = status.bursts
    current = status.current?.id
    adapter = status.adapterHash
    deltaNorm = status.deltaNorm
    trainedParameters = status.trainedParameters
    scale = status.strength
    chat = status.chat
    system = status.system
    memoryBytes = status.memoryBytes
    keptBytes = status.keptBytes
    diskBytes = status.diskBytes
    votes = status.votes
    self.probes = probes
  }
}
