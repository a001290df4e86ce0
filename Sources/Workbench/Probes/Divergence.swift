import Engine

/// The first place where greedy decoding leaves a known reply.
public struct Divergence: Sendable, Equatable {
  /// How many tokens of the reply hold before it.
  public var place: Int
  /// The reply up to there.
  public var before: String
  /// The reply's next token; empty where the reply ends.
  public var expected: String
  /// What is said instead; empty where the reply ends instead.
  public var found: String
  /// By how much (nats) what is said leads the reply's own token.
  public var margin: Double

  /// A divergence.
  public init(place: Int, before: String, expected: String, found: String, margin: Double) {
    self.place = place
    self.before = before
    self.expected = expected
    self.found = found
    self.margin = margin
  }

  /// Below this lead (nats) another numeric mode or machine may well choose otherwise. On the default model, rounding
  /// activations to eight bits moves the lead of a token over its rival by less than this at 95 places of 100, and by
  /// no more where it turned the choice (565 places of greedy replies, tuned and not).
  public static let tie = 0.2

  /// Whether the two were so close that little decided.
  public var isNearTie: Bool { margin < Divergence.tie }
}

extension Divergence: CustomStringConvertible {
  /// `changed at token 3, after “The capital”: “ of” became “ is” (a near-tie, 0.02 nats apart)`
  public var description: String {
    func named(_ token: String) -> String { token.isEmpty ? "the end" : quoted(token) }
    let place = place == 0 ? "at its start" : "at token \(place + 1), after \(quoted(tail))"
    let hundredths = Int((min(margin, 1e6) * 100).rounded())
    let apart =
      "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) nats apart"
    return "changed \(place): \(named(expected)) became \(named(found))"
      + " (\(isNearTie ? "a near-tie, " : "")\(apart))"
  }

  /// The last words before the place.
  private var tail: String {
    before.count > 40 ? "…" + before.suffix(39) : before
  }
}

extension Divergence {
  /// The first of `choices` that is not the reply's; nil where there is none.
  init?(of reply: KnownReply, in choices: [Choice], _ tokenizer: Tokenizer) {
    guard let place = choices.firstIndex(where: { !$0.agrees }) else { return nil }
    func text(_ ids: some Collection<Token>) -> String {
      let words = ids.filter { !tokenizer.description.ends.contains($0) }
      return String(decoding: tokenizer.decode(Array(words)), as: UTF8.self)
    }
    self.init(
      place: place, before: text(reply.ids.prefix(place)),
      expected: text(reply.ids.dropFirst(place).prefix(1)), found: text([choices[place].token]),
      margin: -Double(choices[place].margin))
  }
}
