public import Engine

/// A prompt, and what the reply to it must be like.
public struct Probe: Sendable, Equatable {
  /// The number of its line in the suite's file, from 1.
  public var line: Int
  /// What people call it; nil is by its prompt.
  public var name: String?
  /// What is asked: one user turn, or a conversation that ends in one; without a system turn.
  public var messages: [Message]
  /// The system prompt; nil leaves it to the session.
  public var system: String?
  /// What the reply must be like, all of it. None: it is a prompt to try, no probe.
  public var expectations: [Expectation] = []
  /// How texts are looked for.
  public var rules = TextRules()
  /// The longest reply, in tokens; nil is the session's.
  public var maxTokens: Int?
  /// The line's other keys, tags among them.
  public var extra: JSONObject = [:]

  /// A probe of one prompt.
  public init(line: Int, prompt: String) {
    self.line = line
    messages = [Message(role: "user", content: prompt)]
  }

  /// The last thing asked.
  public var prompt: String { messages.last?.content ?? "" }
  /// Its name, or its prompt.
  public var title: String { name ?? prompt }
  /// Whether it is more than one prompt, so that it cannot be typed.
  public var isConversation: Bool { messages.count > 1 }

  /// Why `reply` falls short, a sentence an expectation.
  func shortfalls(in reply: String) -> [String] {
    expectations.compactMap { $0.shortfall(in: reply, rules) }
  }
}

/// How a probe went with one model.
public struct Verdict: Sendable, Equatable {
  /// The reply; nil where none had to be decoded.
  public internal(set) var reply: String?
  /// Why the probe fails, a sentence each, without an end; empty where it passes.
  public internal(set) var failures: [String] = []
  /// Where the reply leaves the foundation's, where that was asked and it does.
  public internal(set) var divergence: Divergence?

  /// Whether all expectations hold.
  public var passes: Bool { failures.isEmpty }
}
