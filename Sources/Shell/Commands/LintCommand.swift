import Workbench

extension Command {
  static let lint = Command(
    name: "lint", arguments: "[quick]",
    summary: "Look for examples that do harm or nothing.",
    details: """
      Finds empty answers, ends of turn that are not trained, doubled beginnings, over-long examples, repetitions \
      and contradictions; and, by where each example pulls the adapter in use, pairs that fight each other and \
      examples that add nothing. quick leaves the pulls out. Ctrl-C stops, and tells what was found. docs/looking.md \
      has the thresholds.
      Defaults: everything, pulls included.
      Example: /lint quick
      """,
    group: .examples, completes: .choice(["quick"])
  ) { words, console in
    try words.expect(atMost: 1)
    if let word = words[0], word != "quick" {
      throw UsageError.notAChoice(word, what: "How to look", choices: ["quick"])
    }
    let output = console.output
    defer { output.endProgress() }
    var isStopped = false
    let report = try console.workbench.lint(quick: words[0] != nil) { done, all in
      output.progress(Progress(step: done, total: all, unit: "example"))
      isStopped = done < all && Interrupt.take()
      return !isStopped
    }
    output.endProgress()
    for finding in report.findings {
      try output.answer(FindingReport(finding)) { output.prose(finding.sentence) }
    }
    let count = report.findings.count
    let found = count == 0 ? "nothing found" : "\(counted(count, "finding"))"
    var note = "\(found) in \(counted(report.examples, "example"))"
    if report.pulled > 0, report.pulled < report.examples {
      note += "; \(counted(report.pulled, "pull")) computed"
    }
    output.note(note + (isStopped ? " (stopped)" : ""))
    return .prompt
  }
}

extension Console {
  /// How many warnings of an import are shown.
  private static let mostWarnings = 5

  /// Warns of what the words of new examples give away.
  func warn(about ids: IDList) {
    let findings = workbench.quickFindings(about: ids)
    for finding in findings.prefix(Self.mostWarnings) { output.note(finding.sentence, .warning) }
    if findings.count > Self.mostWarnings {
      output.note("and \(findings.count - Self.mostWarnings) more; `/lint` lists all", .warning)
    }
  }
}

extension Finding {
  /// What was found, as a person reads it.
  var sentence: String {
    switch self {
    case .unusable(let id, let error): "\(id) cannot be used: \(sanitisedLine("\(error)"))"
    case .emptyAnswer(let id): "\(id) has no answer to learn"
    case .endNotTrained(let id): "\(id) does not train its end of turn: the model would talk on"
    case .endsEarly(let id): "\(id) has an end-of-turn token inside its answer"
    case .doubledBOS(let id): "\(id) begins with the beginning-of-text token twice"
    case .same(let ids): "\(listed(ids)) are the same"
    case .nearlySame(let ids): "\(listed(ids)) differ in case, spaces and signs only"
    case .contradiction(let ids): "\(listed(ids)) answer the same prompt differently"
    case .fights(let a, let b, let cosine): "\(a) fights \(b) (cosine \(fixed(cosine, places: 2)))"
    case .alike(let a, let b, let cosine):
      "\(a) and \(b) teach the same (cosine \(fixed(cosine, places: 2)))"
    case .addsNothing(let id, let loss):
      "\(id) adds nothing: it is learnt, with a loss of \(fixed(loss, places: 3))"
    }
  }
}

/// `1 and 4`, `1, 4 and 7`; of many the first few.
private func listed(_ ids: [Int]) -> String {
  let shown = 8
  if ids.count > shown { return ids.prefix(shown).map(String.init).joined(separator: ", ") + " …" }
  return ids.dropLast().map(String.init).joined(separator: ", ") + " and \(ids.last ?? 0)"
}

private struct FindingReport: Encodable {
  var finding: String
  var examples: [Int]
  var cosine: Double?
  var loss: Double?
  var text: String

  init(_ finding: Finding) {
    self.finding = finding.kind
    examples = finding.examples
    text = finding.sentence
    switch finding {
    case .fights(_, _, let cosine), .alike(_, _, let cosine): self.cosine = cosine
    case .addsNothing(_, let loss): self.loss = loss
    default: break
    }
  }
}
