import Engine

extension Probe {
  /// What a reply, or the model behind it, must be like.
  public enum Expectation: Sendable, Equatable {
    /// The reply is that text; white space at its ends does not count.
    case equals(String)
    /// One of the texts occurs, or all of them do.
    case contains([String], all: Bool)
    /// None of the texts occurs.
    case excludes([String])
    /// The pattern matches somewhere.
    case matches(Pattern)
    /// The reply starts with one of the texts.
    case starts([String])
    /// So many words at most, or at least.
    case words(Bound)
    /// So many sentences at most, or at least.
    case sentences(Bound)
    /// The reply is one JSON value and nothing else.
    case isJSON
    /// `Similarity.chrF` with the text is at least that, from 0 to 1.
    case similar(to: String, atLeast: Double)
    /// The model's perplexity on the text as the reply is at most that.
    case perplexity(of: String, atMost: Double)
    /// The reply is the foundation's, to the token.
    case unchanged

    /// A limit on a count.
    public enum Bound: Sendable, Equatable { case most(Int), least(Int) }

    /// Whether the reply's text decides, so that it must be decoded.
    var needsReply: Bool {
      switch self {
      case .perplexity, .unchanged: false
      default: true
      }
    }

    /// The text whose perplexity counts.
    var reference: String? {
      if case .perplexity(let text, _) = self { text } else { nil }
    }
  }
}

/// How texts are looked for in a reply.
public struct TextRules: Sendable, Equatable {
  /// Whether `Arr` is found where `arr` stands.
  public var ignoresCase = false
  /// Whether a text must stand between white space and signs: `he` is then not found in `the`.
  public var wholeWords = false

  /// As they stand.
  public init() {}

  /// Whether `text` occurs in `reply`.
  func occurs(_ text: String, in reply: String) -> Bool {
    let (text, reply) = (folded(text), folded(reply))
    guard wholeWords else { return reply.contains(text) }
    return reply.ranges(of: text).contains { range in
      let before =
        range.lowerBound == reply.startIndex
        ? nil : reply[reply.index(before: range.lowerBound)]
      let after = range.upperBound == reply.endIndex ? nil : reply[range.upperBound]
      return !isWord(before) && !isWord(after)
    }
  }

  func folded(_ text: String) -> String { ignoresCase ? text.lowercased() : text }

  private func isWord(_ character: Character?) -> Bool {
    character.map { $0.isLetter || $0.isNumber } ?? false
  }
}

extension Probe.Expectation {
  /// Why `reply` falls short, as a sentence without its end: `has 31 words, at most 20 are wanted`; nil where it does not.
  /// What the text alone does not decide never falls short here.
  package func shortfall(in reply: String, _ rules: TextRules) -> String? {
    switch self {
    case .equals(let text):
      let isEqual = trimmed(rules.folded(reply)) == trimmed(rules.folded(text))
      return isEqual ? nil : "is not \(quoted(text))"
    case .contains(let texts, let all):
      let missing = texts.filter { !rules.occurs($0, in: reply) }
      if all { return missing.isEmpty ? nil : "lacks \(list(missing, "and"))" }
      guard missing.count == texts.count else { return nil }
      return texts.count == 1 ? "lacks \(quoted(texts[0]))" : "has none of \(list(texts, "and"))"
    case .excludes(let texts):
      let found = texts.filter { rules.occurs($0, in: reply) }
      return found.isEmpty ? nil : "has \(list(found, "and")), which must not occur"
    case .matches(let pattern):
      return pattern.isFound(in: reply) ? nil : "does not match \(quoted(pattern.source))"
    case .starts(let texts):
      let start = trimmed(rules.folded(reply))
      let isMet = texts.contains { start.hasPrefix(rules.folded($0)) }
      return isMet ? nil : "does not start with \(list(texts, "or"))"
    case .words(let bound): return bound.shortfall(TextCounts.words(reply), "word")
    case .sentences(let bound): return bound.shortfall(TextCounts.sentences(reply), "sentence")
    case .isJSON:
      do {
        _ = try JSONValue(Array(reply.utf8))
        return nil
      } catch {
        return "is not JSON \(error)"
      }
    case .similar(let text, let least):
      let score = Similarity.chrF(rules.folded(reply), reference: rules.folded(text))
      return score >= least
        ? nil
        : "is \(places(score)) similar to \(quoted(text)), at least \(places(least)) is wanted"
    case .perplexity, .unchanged: return nil
    }
  }

  /// Why `perplexity` of a reference is too high; nil where it is not.
  package func shortfall(perplexity: Double) -> String? {
    guard case .perplexity(let text, let most) = self, !(perplexity <= most) else { return nil }
    return
      "the perplexity of \(quoted(text)) is \(places(perplexity)), at most \(places(most)) is wanted"
  }

  private func list(_ texts: [String], _ conjunction: String) -> String {
    // A list of forty banned words helps nobody who wants to know what is missing.
    let shown = texts.prefix(6).map(quoted)
    guard let last = shown.last else { return "" }
    if texts.count > shown.count {
      return shown.joined(separator: ", ") + " \(conjunction) \(texts.count - shown.count) more"
    }
    return shown.count == 1
      ? last : shown.dropLast().joined(separator: ", ") + " \(conjunction) " + last
  }
}

extension Probe.Expectation.Bound {
  fileprivate func shortfall(_ count: Int, _ noun: String) -> String? {
    let found = "has \(count) \(noun)\(count == 1 ? "" : "s")"
    switch self {
    case .most(let most):
      return count <= most ? nil : "\(found), at most \(most) \(most == 1 ? "is" : "are") wanted"
    case .least(let least):
      return count >= least
        ? nil : "\(found), at least \(least) \(least == 1 ? "is" : "are") wanted"
    }
  }
}

/// A text in quotes on one line, cut where it is long.
func quoted(_ text: String) -> String {
  let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
  return "“" + (line.count > 60 ? line.prefix(59) + "…" : line) + "”"
}

/// A number with two digits after the point, or as it is where it is no plain one.
private func places(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e9 else { return "\(value)" }
  let hundredths = Int((value * 100).rounded())
  let rest = abs(hundredths % 100)
  return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
}

/// `text` without white space at its ends.
private func trimmed(_ text: String) -> Substring {
  let start = text.drop(while: \.isWhitespace)
  guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
  return start[...last]
}
