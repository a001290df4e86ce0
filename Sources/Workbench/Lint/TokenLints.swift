package import Engine

/// What is found in the tokens of one example.
package struct TokenLints {
  private let ends: Set<Token>
  private let bos: Token?

  package init(ends: Set<Token>, bos: Token?) {
    self.ends = ends
    self.bos = bos
  }

  /// The findings of an example whose item is `item`.
  package func findings(_ id: Int, _ content: ExampleContent, _ item: TrainingItem) -> [Finding] {
    var findings: [Finding] = []
    if let bos, item.tokens.starts(with: [bos, bos]) { findings.append(.doubledBOS(id)) }
    if item.trainedCount == 0 {
      findings.append(.emptyAnswer(id))
      return findings
    }
    // Raw text is a piece of something longer, and need not end.
    if case .text = content { return findings }
    guard !ends.isEmpty else { return findings }
    let turns = trainedRuns(item)
    if turns.contains(where: { !ends.contains(item.tokens[$0.upperBound - 1]) }) {
      findings.append(.endNotTrained(id))
    }
    if turns.contains(where: { item.tokens[$0].dropLast().contains(where: ends.contains) }) {
      findings.append(.endsEarly(id))
    }
    return findings
  }

  /// The stretches of trained tokens.
  private func trainedRuns(_ item: TrainingItem) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start: Int?
    for index in item.trained.indices {
      if item.trained[index] {
        start = start ?? index
      } else if let first = start {
        runs.append(first..<index)
        start = nil
      }
    }
    if let start { runs.append(start..<item.trained.count) }
    return runs
  }
}
