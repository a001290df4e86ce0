import Engine

// Replies made again by the adapters that this replay came to.
extension Replay {
  /// nil where `shouldStop` ended it.
  func run(_ comparison: Comparison, shouldStop: () -> Bool) throws -> Verdict? {
    if shouldStop() { return nil }
    let bursts = [comparison.against, comparison.burst]
    guard areThere(bursts) else { return .leftOut(.burstGone) }
    let messages = comparison.context + [Message(role: "user", content: comparison.prompt)]
    let prompt: [Token]
    do throws(ItemError) {
      prompt = try model.prompt(messages)
    } catch {
      throw WorkbenchError.prompt(error)
    }
    let rows = bursts.map { row(prompt, $0, comparison.strength) }
    guard
      let replies = try generate(rows, sampling: comparison.sampling, shouldStop: shouldStop)
    else { return nil }
    return verdict(
      zip(
        replies,
        [
          (comparison.foundation, comparison.foundationStop),
          (comparison.tuned, comparison.tunedStop),
        ]
      ).map { isSame($0, $1.0, $1.1) },
      isExact: mustBeExact(comparison.kernels, by: bursts))
  }

  /// nil where `shouldStop` ended it.
  func run(_ turn: Turn, shouldStop: () -> Bool) throws -> Verdict? {
    if shouldStop() { return nil }
    guard let drawn = turn.drawn else { return .leftOut(.notRecorded) }
    guard areThere([turn.burst]) else { return .leftOut(.burstGone) }
    guard turn.stop != .interrupt || !turn.reply.isEmpty else { return .leftOut(.cutOff) }
    guard let earlier = turns(before: turn, since: drawn.conversation) else {
      return .leftOut(.conversationGone)
    }
    let prompt = try model.prompt(
      turn.prompt, after: earlier, system: drawn.system, maxTokens: drawn.sampling.maxTokens
    ).tokens
    var row = row(prompt, turn.burst, turn.strength)
    row.seed = turn.attempt.map { drawn.sampling.seed(ofAttempt: $0) }
    guard let replies = try generate([row], sampling: drawn.sampling, shouldStop: shouldStop)
    else { return nil }
    return verdict(
      replies.map { isSame($0, turn.reply, turn.stop) },
      isExact: mustBeExact(drawn.kernels, by: [turn.burst]))
  }

  private func areThere(_ bursts: [Int?]) -> Bool {
    bursts.allSatisfy { $0.map { weights[$0] != nil } ?? true }
  }

  private func row(_ prompt: [Token], _ burst: Int?, _ strength: Float) -> ReplyRow {
    ReplyRow(prompt: prompt, weights: burst.flatMap { weights[$0] }, strength: strength)
  }

  private func generate(
    _ rows: [ReplyRow], sampling: Sampling, shouldStop: () -> Bool
  ) throws -> [Reply]? {
    try sampling.check()
    var isStopped = false
    let replies = try model.generate(
      rows, sampling: sampling,
      shouldStop: {
        isStopped = isStopped || shouldStop()
        return isStopped
      }, onText: { _, _ in true })
    return isStopped ? nil : replies
  }

  /// The turns of the conversation that `turn` answered after; nil where they are not all kept.
  private func turns(before turn: Turn, since first: Int?) -> [Turn]? {
    guard let first else { return [] }
    guard let start = session.turns.position(first), let end = session.turns.position(turn.id),
      end - start == turn.id - first
    else { return nil }
    return session.turns(of: first, before: turn.instead ?? turn.id)
  }

  /// Whether a reply is the recorded text; one that the person cut off is the start of the whole one.
  private func isSame(_ reply: Reply, _ text: String, _ stop: StopReason) -> Bool {
    stop == .interrupt
      ? reply.text.utf8.starts(with: text.utf8) : reply.text.utf8.elementsEqual(text.utf8)
  }

  private func verdict(_ isSame: [Bool], isExact: Bool) -> Verdict {
    if isSame.allSatisfy({ $0 }) { return .same }
    return isExact ? .differs : .leftOut(.otherKernels)
  }
}
