import Engine

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Asks the foundation and an adapter some probes, together: replies in one batched decode, what must be unchanged by
/// one forward over the foundation's reply, perplexities by one forward over the references.
struct Prober {
  let model: any TunableModel
  /// nil: the foundation alone is asked.
  let weights: (any TunedWeights)?
  let strength: Float
  /// Whether the foundation's verdicts are wanted too.
  let asksFoundation: Bool
  /// The session's system prompt and longest reply, where a probe has none of its own.
  let system: String?
  let maxTokens: Int
  let shouldStop: () -> Bool
  /// Told of each piece of text.
  let onText: () -> Void

  /// The most rows decoded together: more take memory, not less time.
  private static let rowsAtOnce = 16

  /// A probe with its prompt in tokens, and what was found out.
  struct Case {
    var probe: Probe
    var prompt: [Token] = []
    var limit: Int
    /// Why it cannot be asked.
    var problem: String?
    var foundation = Findings()
    var tuned = Findings()

    var needsReply: Bool { probe.expectations.contains { $0.needsReply } }
    var checksUnchanged: Bool { probe.expectations.contains(.unchanged) }
  }

  /// What one model gave to a probe.
  struct Findings {
    var reply: Reply?
    var divergence: Divergence?
    /// Whether the foundation's reply was followed to its end.
    var isFollowed = false
    /// By reference.
    var perplexities: [String: Double] = [:]
  }

  /// The probes from `start` on that fit into one batch.
  func batch(_ probes: [Probe], from start: Int, known: FoundationReplies) -> [Case] {
    var cases: [Case] = []
    var rows = 0
    for probe in probes[start...] {
      let next = prepared(probe)
      if let first = cases.first, first.limit != next.limit { break }
      let more = wanted(next, known).count { $0 }
      if !cases.isEmpty, rows + more > Self.rowsAtOnce { break }
      rows += more
      cases.append(next)
    }
    return cases
  }

  /// Which replies must be decoded: the foundation's, the adapter's.
  private func wanted(_ one: Case, _ known: FoundationReplies) -> [Bool] {
    guard one.problem == nil else { return [false, false] }
    let isAsked = asksFoundation && one.needsReply || weights != nil && one.checksUnchanged
    return [
      isAsked && known[one.prompt, one.limit] == nil, weights != nil && one.needsReply,
    ]
  }

  private func prepared(_ probe: Probe) -> Case {
    var one = Case(probe: probe, limit: probe.maxTokens ?? maxTokens)
    do throws(ItemError) {
      one.prompt = try model.prompt(messages(probe))
      if one.prompt.isEmpty { throw .empty }
      if one.prompt.count >= model.contextLength {
        throw .tooLong(tokens: one.prompt.count, limit: model.contextLength - 1)
      }
    } catch {
      one.problem = "cannot be asked: \(error)"
    }
    return one
  }

  private func messages(_ probe: Probe) -> [Message] {
    let system = probe.system ?? self.system
    return (system.map { [Message(role: "system", content: $0)] } ?? []) + probe.messages
  }

  /// Finds out all about `cases`; false where `shouldStop` ended it, and then those that were done are filled.
  func ask(_ cases: inout [Case], known: inout FoundationReplies) throws -> Bool {
    guard try decode(&cases, &known) else { return false }
    guard try follow(&cases) else { return false }
    if asksFoundation || weights == nil {
      guard try score(&cases, nil, \.foundation) else { return false }
    }
    guard let weights else { return true }
    return try score(&cases, weights, \.tuned)
  }

  private func decode(_ cases: inout [Case], _ known: inout FoundationReplies) throws -> Bool {
    var rows: [ReplyRow] = []
    var places: [(index: Int, isTuned: Bool)] = []
    for (index, one) in cases.enumerated() {
      let wanted = wanted(one, known)
      for (isTuned, isWanted) in zip([false, true], wanted) where isWanted {
        rows.append(
          ReplyRow(
            prompt: one.prompt, weights: isTuned ? weights : nil,
            strength: isTuned ? strength : 1))
        places.append((index, isTuned))
      }
    }
    if !rows.isEmpty {
      // The likeliest tokens always: a probe is a test, and a test throws no dice.
      let replies = try model.generate(
        rows, sampling: Sampling(maxTokens: cases[0].limit), shouldStop: shouldStop
      ) { _, _ in
        onText()
        return !shouldStop()
      }
      for (place, reply) in zip(places, replies) where reply.stop != .interrupt {
        if place.isTuned {
          cases[place.index].tuned.reply = reply
        } else {
          known[cases[place.index].prompt, cases[place.index].limit] = reply
        }
      }
    }
    for index in cases.indices {
      cases[index].foundation.reply = known[cases[index].prompt, cases[index].limit]
    }
    return !shouldStop()
  }

  private func follow(_ cases: inout [Case]) throws -> Bool {
    guard let weights else { return true }
    let followed = cases.indices.filter {
      cases[$0].checksUnchanged && cases[$0].foundation.reply != nil
    }
    guard !followed.isEmpty else { return true }
    let rows = followed.map {
      ReplyRow(prompt: cases[$0].prompt, weights: weights, strength: strength)
    }
    guard
      let found = try model.divergences(
        rows, from: followed.compactMap { cases[$0].foundation.reply }, shouldStop: shouldStop)
    else { return false }
    for (index, divergence) in zip(followed, found) {
      cases[index].tuned.divergence = divergence
      cases[index].tuned.isFollowed = true
    }
    return true
  }

  private func score(
    _ cases: inout [Case], _ weights: (any TunedWeights)?, _ side: WritableKeyPath<Case, Findings>
  ) throws -> Bool {
    var items: [TrainingItem] = []
    var places: [(index: Int, reference: String)] = []
    for (index, one) in cases.enumerated() where one.problem == nil {
      for reference in one.probe.expectations.compactMap(\.reference) {
        // Earlier replies of a conversation are no part of the answer.
        let turns = one.probe.messages.map {
          Message(role: $0.role, content: $0.content, train: false)
        }
        do throws(ItemError) {
          items.append(
            try model.item(
              .messages(turns + [Message(role: "assistant", content: reference)]),
              system: one.probe.system ?? system))
          places.append((index, reference))
        } catch {
          cases[index].problem = "has a reference that cannot be scored: \(error)"
        }
      }
    }
    guard !items.isEmpty else { return true }
    var isStopped = false
    let nats = try model.score(items, weights: weights, strength: strength) { _ in
      isStopped = shouldStop()
      return !isStopped
    }
    for (place, nats) in zip(places, nats) {
      let mean = nats.reduce(0.0) { $0 + Double($1) } / Double(max(1, nats.count))
      cases[place.index][keyPath: side].perplexities[place.reference] = exp(mean)
    }
    return !isStopped
  }

  /// The verdict on what one model gave; nil where something is missing.
  func verdict(_ one: Case, tuned: Bool) -> Verdict? {
    if let problem = one.problem { return Verdict(failures: [problem]) }
    let findings = tuned ? one.tuned : one.foundation
    var verdict = Verdict(reply: findings.reply?.text, divergence: findings.divergence)
    for expectation in one.probe.expectations {
      switch expectation {
      case .unchanged:
        // The foundation is what it is.
        guard !tuned || findings.isFollowed else { return nil }
        if let divergence = findings.divergence { verdict.failures.append("\(divergence)") }
      case .perplexity(let reference, _):
        guard let perplexity = findings.perplexities[reference] else { return nil }
        if let shortfall = expectation.shortfall(perplexity: perplexity) {
          verdict.failures.append(shortfall)
        }
      default:
        guard let reply = findings.reply else { return nil }
        if let shortfall = expectation.shortfall(in: reply.text, one.probe.rules) {
          verdict.failures.append(shortfall)
        }
      }
    }
    return verdict
  }
}
