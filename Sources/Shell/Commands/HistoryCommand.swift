import Workbench

extension Command {
  static let history = Command(
    name: "history", arguments: "",
    summary: "Show the tree of bursts.",
    details: """
      The one in use is marked ●. /checkout goes to another, /show burst N tells more. A name stands \
      after @, a note between quotes; a blend hangs below its first part.
      Example: /history
      """,
    group: .tuning
  ) { words, console in
    try words.expect(atMost: 0)
    let session = console.workbench.session
    let output = console.output
    if output.isJSON {
      for burst in session.bursts {
        try output.json(
          BurstListing(
            burst, isCurrent: burst.id == session.current, probes: session.probes.of(burst.id)))
      }
      return .prompt
    }
    let tree = HistoryTree(session.bursts, current: session.current) { burst in
      let name = burst.name.map { " @\(sanitisedLine($0))" } ?? ""
      let what = burst.blendText ?? "loss \(burst.lossText)  \(burst.summary)"
      let drift = burst.drift.map { "  drift \(fixed($0, places: 3))" } ?? ""
      let note = burst.note.map { "  “\(sanitisedLine($0))”" } ?? ""
      let probes = session.probes.of(burst.id).map { "  \(sanitisedLine($0.suite)) \($0.counts)" }
      return "\(burst.id)\(name)  \(what)\(drift)\(probes.joined())\(note)"
    }
    output.lines { page in
      tree.lines().map { line in page.room.map { truncated(line, to: $0) } ?? line }
    }
    return .prompt
  }
}

private struct BurstListing: Encodable {
  var burst: Int
  var parent: Int?
  var isCurrent: Bool
  var steps: Int
  var ending: String
  var losses: [Double]
  var drift: Double?
  var seconds: Double
  var adapter: String
  var name: String?
  var note: String?
  var blend: [Burst.BlendPart]?
  var probes: [ProbeRecord]

  init(_ burst: Burst, isCurrent: Bool, probes: [ProbeRecord]) {
    self.burst = burst.id
    parent = burst.parent
    self.isCurrent = isCurrent
    steps = burst.steps
    ending = burst.ending.rawValue
    losses = burst.losses
    drift = burst.drift
    seconds = burst.seconds
    adapter = burst.hash
    name = burst.name
    note = burst.note
    blend = burst.blend
    self.probes = probes
  }
}
