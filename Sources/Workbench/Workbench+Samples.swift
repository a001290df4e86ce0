public import Engine

// Further samples of a prompt, one at a time or side by side. Which one it is decides its random numbers, so that the
// same attempt is the same reply.
extension Workbench {
  /// The temperature of a further sample where replies take the likeliest token, of which there is but one.
  public static let freeTemperature: Float = 0.8

  /// How further samples are drawn.
  public var freeSampling: Sampling {
    var sampling = session.sampling
    if sampling.temperature == 0 { sampling.temperature = Self.freeTemperature }
    return sampling
  }

  /// Replies once more to the prompt of the turn `id`, in that reply's place: its conversation goes on from there. The
  /// last turn unless given, in the conversation that is going on. `attempt`: which further sample of the prompt, from
  /// 1; the next one unless given.
  public func retry(
    _ id: Int? = nil, attempt: Int? = nil, shouldStop: () -> Bool = { false },
    onText: (String) -> Bool = { _ in true }
  ) throws -> (turn: Turn, reply: Reply) {
    let first = try turn(id)
    let conversation = id == nil ? conversation : first.conversation
    let attempt = attempt ?? nextAttempt(of: first.prompt)
    let weights = try currentWeights()
    let row = ReplyRow(
      prompt: try tokens(first.prompt, instead: first.id, in: conversation).tokens,
      weights: weights, strength: session.state.strength, seed: seed(ofAttempt: attempt))
    let replies = try model.generate(
      [row], sampling: freeSampling, shouldStop: shouldStop, onText: { onText($1) })
    var drawn = drawn(freeSampling)
    drawn.conversation = conversation
    let turn = keep(
      replies[0], to: first.prompt, burst: weights == nil ? nil : session.current,
      conversation: conversation, drawn: drawn, attempt: attempt, instead: first.id)
    persist()
    return (turn, replies[0])
  }

  /// Two replies to one prompt, of which a person may prefer one.
  public struct Choice: Sendable, Equatable {
    /// What is asked.
    public var prompt: String
    /// The replies, in the order they are shown in.
    public var replies: [Reply]
    /// Whose they are: a burst's, or (nil) the foundation's.
    public var bursts: [Int?]
    /// Whether they are the foundation's and the tuned one.
    public var isAgainstFoundation: Bool
    /// Which further samples they are.
    var attempts: [Int?]
    /// What else decided them.
    var drawn: Turn.Drawn
    /// The turn in whose place they stand.
    var instead: Int?

    /// Whether there is nothing to choose between.
    public var isSame: Bool { replies[0].text == replies[1].text }
    /// Whether the person cut the replies off.
    public var isStopped: Bool { replies.contains { $0.stop == .interrupt } }
  }

  /// Two replies to `prompt` (the last one unless given), decoded together: two samples, or the foundation's and the
  /// tuned one with the same random numbers; `blind` leaves their order to the seed.
  public func choice(
    _ prompt: String? = nil, againstFoundation: Bool = false, blind: Bool = false,
    shouldStop: () -> Bool = { false }, onText: (Int, String) -> Bool = { _, _ in true }
  ) throws -> Choice {
    guard let prompt = prompt ?? session.lastTurn?.prompt else { throw WorkbenchError.noReply }
    let weights = try currentWeights()
    if againstFoundation, weights == nil { throw WorkbenchError.noAdapter }
    let instead = session.lastTurn.flatMap { $0.prompt == prompt ? $0.id : nil }
    let first = nextAttempt(of: prompt)
    var voices: [(weights: (any TunedWeights)?, attempt: Int?)] =
      againstFoundation ? [(nil, nil), (weights, nil)] : [(weights, first), (weights, first + 1)]
    if blind {
      var coin = SplitMix(seed: session.seed, stream: UInt64(session.turns.last?.id ?? 0))
      voices = coin.shuffled(voices)
    }
    let tokens = try tokens(prompt, instead: instead, in: conversation).tokens
    let rows = voices.map {
      ReplyRow(
        prompt: tokens, weights: $0.weights, strength: session.state.strength,
        seed: $0.attempt.map(seed(ofAttempt:)))
    }
    let sampling = againstFoundation ? session.sampling : freeSampling
    let replies = try model.generate(
      rows, sampling: sampling, shouldStop: shouldStop, onText: onText)
    return Choice(
      prompt: prompt, replies: replies,
      bursts: voices.map { $0.weights == nil ? nil : session.current },
      isAgainstFoundation: againstFoundation, attempts: voices.map(\.attempt),
      drawn: drawn(sampling), instead: instead)
  }

  /// Keeps both replies as turns, the preferred one (0 or 1; nil is neither) last, and makes a pair of them; a vote
  /// between the foundation and a burst is counted.
  @discardableResult
  public func prefer(_ preferred: Int?, of choice: Choice) throws -> Example? {
    try requireWritable()
    let order = preferred == 0 ? [1, 0] : [0, 1]
    var instead = choice.instead
    for index in order {
      instead =
        keep(
          choice.replies[index], to: choice.prompt, burst: choice.bursts[index],
          conversation: conversation, drawn: choice.drawn, attempt: choice.attempts[index],
          instead: instead
        ).id
    }
    if choice.isAgainstFoundation, let burst = choice.bursts.compactMap({ $0 }).first {
      let isTuned = preferred.map { choice.bursts[$0] != nil }
      count(isTuned.map { $0 ? \.tuned : \.foundation } ?? \.neither, of: burst)
    }
    guard let preferred, let turn = session.lastTurn else {
      persist()
      return nil
    }
    defer { persist() }
    return try add(
      example(
        of: turn, chosen: turn.reply, rejected: choice.replies[1 - preferred].text,
        origin: .preferred))
  }

  /// Counts a vote on a burst's reply.
  private func count(_ vote: WritableKeyPath<Votes, Int>, of burst: Int) {
    var votes = session.state.votes ?? []
    let index = votes.firstIndex { $0.burst == burst } ?? votes.endIndex
    if index == votes.endIndex { votes.append(Votes(burst: burst)) }
    votes[index][keyPath: vote] += 1
    session.state.votes = votes
  }

  private func nextAttempt(of prompt: String) -> Int {
    let made = session.turns.filter { $0.prompt == prompt }.compactMap(\.attempt)
    return min((made.max() ?? 0) + 1, Session.idLimit - 2)
  }

  private func seed(ofAttempt attempt: Int) -> UInt64 { session.sampling.seed(ofAttempt: attempt) }
}

extension Sampling {
  /// The seed of a prompt's further sample.
  func seed(ofAttempt attempt: Int) -> UInt64 {
    var random = SplitMix(seed: seed, stream: UInt64(attempt))
    return random.next()
  }
}
