import Engine

/// What does not hold together in a session that is JSON all the same.
struct SessionProblem: Error {
  let description: String
  init(_ description: String) { self.description = description }
}

extension Session {
  /// Ids and revision numbers stay below this, so that counting on never overflows.
  static let idLimit = 1 << 31

  /// What does not hold together; nil where all does. Everything else relies on it.
  var problem: String? {
    if let problem = idProblem(examples, "example") ?? idProblem(bursts, "burst")
      ?? idProblem(turns, "turn") ?? idProblem(comparisons, "comparison") ?? settingsProblem
    {
      return problem
    }
    for example in examples {
      if let problem = problem(example) { return problem }
    }
    for burst in bursts {
      if let problem = problem(burst) { return problem }
    }
    if let current, burst(current) == nil { return "the current burst \(current) is not there" }
    return historyProblem
  }

  /// What does not hold together in one example.
  func problem(_ example: Example) -> String? {
    let numbers = example.revisions.map(\.number)
    guard !numbers.isEmpty, numbers.allSatisfy({ 1..<Session.idLimit ~= $0 }),
      zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 })
    else { return "the revisions of example \(example.id) do not ascend" }
    if let current = example.current, !numbers.contains(current) {
      return "example \(example.id) lacks its revision \(current)"
    }
    return nil
  }

  /// What does not hold together in one burst, given those before it.
  package func problem(_ burst: Burst) -> String? {
    // A parent is older than its child, so the tree has no circles.
    if let parent = burst.parent, parent >= burst.id || self.burst(parent) == nil {
      return "burst \(burst.id) names the parent \(parent), which is not an earlier burst"
    }
    for file in [burst.adapter?.file, burst.optimiser?.file] where file?.contains("/") == true {
      return "burst \(burst.id) names a file outside the session's folder"
    }
    for part in burst.blend ?? [] where part.burst >= burst.id || self.burst(part.burst) == nil {
      return "burst \(burst.id) blends the burst \(part.burst), which is not an earlier one"
    }
    if burst.blend?.isEmpty == true { return "burst \(burst.id) is a blend of nothing" }
    if let kept = burst.keptStep, !(1...max(1, burst.steps) ~= kept) {
      return "burst \(burst.id) keeps its step \(kept), of \(burst.steps)"
    }
    do {
      try burst.recipe.check()
    } catch {
      return "the recipe of burst \(burst.id) cannot be: \(error)"
    }
    return nil
  }

  private func idProblem(_ elements: [some Identifiable<Int>], _ name: String) -> String? {
    var last = 0
    for element in elements {
      guard element.id > last, element.id < Session.idLimit else {
        return "\(name) ids do not ascend at \(element.id)"
      }
      last = element.id
    }
    return nil
  }

  private var settingsProblem: String? {
    do {
      try sampling.check()
      try recipe.check()
    } catch {
      return "a setting cannot be: \(error)"
    }
    guard (turns.compactMap(\.attempt)).allSatisfy({ 1..<Session.idLimit ~= $0 }),
      (state.votes ?? []).allSatisfy({ $0.counts.allSatisfy { 0..<Session.idLimit ~= $0 } })
    else { return "a count is out of range" }
    return 0...2 ~= state.strength ? nil : "the adapter's strength is \(state.strength)"
  }

  private var historyProblem: String? {
    for change in state.history.done + state.history.undone {
      let bursts: [Int?] =
        switch change {
        case .burst(let id, let from): [id, from]
        case .checkout(let to, let from): [to, from]
        case .examples: []
        }
      for id in bursts.compactMap({ $0 }) where burst(id) == nil {
        return "the history names the burst \(id), which is not there"
      }
      guard case .examples(let moves) = change else { continue }
      for move in moves {
        // Ends first, so that a run of billions costs nothing.
        for run in move.ids.runs {
          guard exampleIndex(run.lowerBound) != nil, exampleIndex(run.upperBound) != nil else {
            return "the history names the examples \(run.lowerBound)-\(run.upperBound), "
              + "which are not all there"
          }
        }
      }
    }
    return nil
  }
}
