import Workbench

extension Command {
  static let show = Command(
    name: "show", arguments: "[NUMBER | %N | @BURST | comparison NUMBER]",
    summary: "Show an example, a burst, or the last reply.",
    details: """
      /show 3 is example 3, /show @2 (or burst 2) how burst 2 tuned, /show comparison 1 an earlier /diff, /show %3 the \
      third reply of /turns.
      Defaults: the last prompt and reply.
      Example: /show @2
      """,
    group: .examples,
    completes: .either(.either(.example, .choice(["burst", "comparison"])), .reference)
  ) { words, console in
    try words.expect(atMost: 2)
    switch words[0] {
    case nil: try console.showTurn(nil)
    case "burst": try console.showBurst(try words.number(at: 1, what: "The burst's number"))
    case "comparison":
      try console.showComparison(try words.number(at: 1, what: "The comparison's number"))
    case let word? where word.hasPrefix("@"):
      try words.expect(atMost: 1)
      guard let id = try console.burst(word) else { throw UsageError.foundationIsNoBurst }
      try console.showBurst(id)
    case let word? where TurnReference(word) != nil:
      try words.expect(atMost: 1)
      try console.showTurn(TurnReference(word))
    default:
      try words.expect(atMost: 1)
      try console.showExample(try words.number(at: 0, what: "The example's number"))
    }
    return .prompt
  }
}

extension Words {
  /// A number that must be there.
  func number(at index: Int, what: String) throws(UsageError) -> Int {
    try wholeNumber(try word(at: index, what: what), what: what, in: 0...Int.max)
  }
}

extension Console {
  fileprivate func showTurn(_ reference: TurnReference?) throws {
    guard workbench.session.lastTurn != nil else { throw ShellError.noPromptYet }
    let turn = try turn(reference)
    try output.answer(turn) {
      output.line(output.palette.paint("user", .strong))
      output.prose(sanitised(turn.prompt))
      output.line(output.palette.paint("assistant (\(burstName(turn.burst)))", .strong))
      output.prose(sanitised(turn.reply))
    }
  }

  fileprivate func showExample(_ id: Int) throws {
    guard let example = workbench.session.example(id), let revision = example.revision else {
      throw WorkbenchError.noSuchExample(id, last: workbench.session.examples.last?.id ?? 0)
    }
    try output.answer(listing(of: example)) {
      let tokens = try? workbench.tokens(ofExample: id)
      let size = tokens.map { ", \(counted($0.all, "token")), \($0.trained) trained" } ?? ""
      let held = workbench.session.isHeld(id) ? ", held out of training" : ""
      output.note("example \(id), \(revision.origin.rawValue) \(revision.made)\(size)\(held)")
      output.lines { ExampleText.lines(revision.content, on: $0) }
    }
  }

  fileprivate func showBurst(_ id: Int) throws {
    guard let burst = workbench.session.burst(id) else {
      throw WorkbenchError.noSuchBurst(id, last: workbench.session.bursts.last?.id ?? 0)
    }
    try output.answer(burst) {
      let examples = burst.examples.map { "\($0.ids)" }.joined(separator: ",")
      var rows = [
        ["burst", "\(id), after \(burstName(burst.parent))"],
        ["ran", "\(burst.blendText ?? burst.summary), \(burst.started)"],
        ["loss", "\(burst.lossText)  \(sparkline(burst.losses, width: 32))"],
        [
          "examples",
          examples + (burst.correction.map { ", corrected \($0)" } ?? ""),
        ],
        ["recipe", Setting.words(burst.recipe).joined(separator: ", ")],
        ["adapter", "\(burst.hash.prefix(12)), change \(fixed(burst.deltaNorm, places: 3))"],
      ]
      if let judged = burst.judged {
        rows.append(["judged", "\(judged.standing) at the last step with pairs or judgements"])
      }
      if let drift = burst.driftText {
        rows.append(["drift", "\(drift) nats from the foundation"])
      }
      if let rules = burst.until {
        rows.append(["until", "\(rules)" + (burst.endedBy.map { "; ended by \($0)" } ?? "")])
      }
      if let kept = burst.keptStep { rows.append(["kept", "step \(kept) of \(burst.steps)"]) }
      if let held = burst.held {
        let losses = held.losses.map { fixed($0, places: 3) }.joined(separator: " ")
        rows.append(["held out", "\(held.examples): \(losses)"])
      }
      if let name = burst.name { rows.append(["name", "@\(sanitisedLine(name))"]) }
      if let note = burst.note { rows.append(["note", sanitisedLine(note)]) }
      output.facts(rows)
    }
  }

  fileprivate func showComparison(_ id: Int) throws {
    guard let comparison = workbench.session.comparisons.first(where: { $0.id == id }) else {
      throw UsageError.notANumber(
        "\(id)", what: "A comparison's number",
        range: "from 1 to \(workbench.session.comparisons.last?.id ?? 0)")
    }
    try show(comparison)
  }
}

extension Output {
  /// Names and what they are, one a row; long ones are wrapped under themselves.
  func facts(_ rows: [[String]]) {
    let widest = rows.map { displayWidth(of: $0[0]) }.max() ?? 0
    let blank = String(repeating: " ", count: widest + 2)
    lines { page in
      rows.flatMap { row -> [String] in
        let lead = padded(row[0], to: widest + 2)
        guard let columns = page.columns else { return [lead + row[1]] }
        let name = page.palette.paint(columns < 40 ? row[0] : lead, .strong)
        if columns < 40 {
          return (row[0].isEmpty ? [] : [name]) + wrapped(row[1], to: columns - 3).map { "  " + $0 }
        }
        return wrapped(row[1], to: columns - widest - 3).enumerated().map { index, part in
          (index == 0 ? name : blank) + part
        }
      }
    }
  }
}
