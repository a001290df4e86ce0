public import Engine

extension Workbench {
  /// The foundation's reply and that of the adapter in use.
  public func diff(
    _ prompt: String, shouldStop: () -> Bool = { false },
    onText: (Int, String) -> Bool = { _, _ in true }
  ) throws -> Comparison {
    try compare(prompt, nil, session.current, shouldStop: shouldStop, onText: onText)
  }

  /// The replies of two bursts (nil: the foundation) in one batched decode, with the same random numbers.
  /// `onText(row, text)`: row 0 is the left one's, row 1 the right one's.
  public func compare(
    _ prompt: String, _ left: Int?, _ right: Int?, shouldStop: () -> Bool = { false },
    onText: (Int, String) -> Bool = { _, _ in true }
  ) throws -> Comparison {
    let (tokens, messages) = try tokens(prompt, in: conversation)
    let strength = session.state.strength
    let rows = try [left, right].map {
      ReplyRow(prompt: tokens, weights: try $0.map(weights(of:)), strength: strength)
    }
    let replies = try model.generate(
      rows, sampling: session.sampling, shouldStop: shouldStop, onText: onText)
    let comparison = Comparison(
      id: (session.comparisons.last?.id ?? 0) + 1, prompt: prompt,
      context: messages.dropLast(), against: left, foundation: replies[0].text,
      tuned: replies[1].text, burst: right, strength: strength,
      foundationStop: replies[0].stop, tunedStop: replies[1].stop, kernels: model.kernels,
      sampling: session.sampling,
      made: now())
    session.comparisons.append(comparison)
    persist()
    return comparison
  }

  /// The strengths that `dose` tries.
  public static let doses: [Float] = [0, 0.25, 0.5, 1, 1.5]

  /// Replies to `prompt` by the adapter in use at each of `strengths`, as rows of one batch with the same random
  /// numbers; 0 is the foundation. Nothing is kept of them.
  public func dose(
    _ prompt: String, strengths: [Float] = doses, shouldStop: () -> Bool = { false },
    onText: (Int, String) -> Bool = { _, _ in true }
  ) throws -> [(strength: Float, reply: Reply)] {
    guard let weights = try currentWeights() else { throw WorkbenchError.noAdapter }
    let tokens = try tokens(prompt, in: conversation).tokens
    let rows = strengths.map {
      ReplyRow(prompt: tokens, weights: $0 == 0 ? nil : weights, strength: $0)
    }
    let replies = try model.generate(
      rows, sampling: session.sampling, shouldStop: shouldStop, onText: onText)
    return Array(zip(strengths, replies))
  }
}

/// How far the adapter in use moves each token of a reply.
public struct Heat: Sendable, Equatable {
  /// The reply.
  public var turn: Turn
  /// The burst whose adapter moved it.
  public var burst: Int
  /// The adapter's strength.
  public var strength: Float
  /// Each token of the reply, its end of turn included.
  public var movements: [Movement]

  /// The places of the `count` tokens whose distributions moved most, the furthest first.
  public func hottest(_ count: Int) -> [Int] {
    Array(
      movements.indices.sorted {
        (movements[$0].divergence, $1) > (movements[$1].divergence, $0)
      }.prefix(count))
  }
}

extension Workbench {
  /// The reply of a turn (the last unless given) under the foundation and under the adapter in use, token by token,
  /// with the `top` likeliest tokens of both. The system prompt is the present one.
  public func heat(turn: Int? = nil, top: Int) throws -> Heat {
    let shown = try self.turn(turn)
    guard let burst = session.current, let weights = try currentWeights() else {
      throw WorkbenchError.noAdapter
    }
    let item: TrainingItem
    do throws(ItemError) {
      item = try model.item(
        .messages(prompt(of: shown) + [Self.answer(shown.reply)]), system: session.system)
    } catch {
      throw WorkbenchError.prompt(error)
    }
    return Heat(
      turn: shown, burst: burst, strength: session.state.strength,
      movements: try model.movements(
        item, of: weights, strength: session.state.strength, top: top))
  }
}
