import Engine
import Workbench

extension Command {
  static let ready = Command(
    name: "ready", arguments: "",
    summary: "Say what a burst would do, and what is against it.",
    details: """
      How many examples there are, how many steps at which rate /tune would take and how long, \
      and which examples contradict or repeat each other.
      Example: /ready
      """,
    group: .tuning
  ) { words, console in
    try words.expect(atMost: 0)
    let readiness = console.workbench.readiness
    try console.output.answer(ReadinessReport(readiness)) {
      console.output.facts(console.rows(readiness))
    }
    return .prompt
  }
}

extension Console {
  fileprivate func rows(_ readiness: Readiness) -> [[String]] {
    let plan = readiness.plan
    var examples = counted(readiness.examples, "example") + " to learn from"
    if !readiness.held.isEmpty {
      let what = readiness.held.count == 1 ? "example" : "examples"
      examples += "; held out: \(what) \(readiness.held)"
    }
    var rows = [["examples", examples]]
    if readiness.examples == 0 {
      rows.append(["", "\(WorkbenchError.noExamples)"])
      return rows
    }
    if readiness.examples < Readiness.few {
      rows.append([
        "",
        "fewer than \(Readiness.few): a burst learns them by heart rather than as a style",
      ])
    }
    if readiness.held.isEmpty, readiness.examples >= 3 * Readiness.few {
      rows.append(["", "`/hold` keeps some out, so that bursts stop where they are best"])
    }
    var burst = plan.steps.map { counted($0, "step") } ?? ""
    if let rules = plan.until { burst = "at most \(burst), until \(rules)" }
    burst += ", learning-rate \(plan.recipe.learningRate)"
    burst += ", kl \(plan.recipe.klWeight.map { fixed(Double($0), places: 0) } ?? "none")"
    rows.append(["a burst", burst])
    rows.append([
      "time",
      plan.seconds.map { "about \(duration($0)), by the last burst" }
        ?? "not known before the first burst",
    ])
    for conflict in readiness.conflicts {
      rows.append(["conflict", "examples \(conflict) answer the same prompt differently"])
    }
    for duplicate in readiness.duplicates {
      rows.append(["twice", "examples \(duplicate) say the same"])
    }
    return rows
  }
}

private struct ReadinessReport: Encodable {
  var examples: Int
  var held: IDList
  var conflicts: [IDList]
  var duplicates: [IDList]
  var steps: Int?
  var learningRate: Float
  var kl: Float?
  var seconds: Double?

  init(_ readiness: Readiness) {
    examples = readiness.examples
    held = readiness.held
    conflicts = readiness.conflicts
    duplicates = readiness.duplicates
    steps = readiness.plan.steps
    learningRate = readiness.plan.recipe.learningRate
    kl = readiness.plan.recipe.klWeight
    seconds = readiness.plan.seconds
  }
}
