import Engine

/// Reads one line of a suite.
///
/// Names may be written with `-`, `_` or capitals (`max-words`, `max_words`, `maxWords`); a list of assertions as
/// promptfoo has it, `"assert": [{"type", "value", "threshold"}]`, is read too.
struct ProbeReader {
  /// Why a line is no probe.
  struct Problem: Error { var text: String }

  private var probe: Probe
  private var ignoresCase = false

  /// The expectations by name.
  private enum Name: String, CaseIterable {
    case equals, contains
    case containsAny = "contains-any"
    case containsAll = "contains-all"
    case notContains = "not-contains"
    case regex
    case startsWith = "starts-with"
    case maxWords = "max-words"
    case minWords = "min-words"
    case maxSentences = "max-sentences"
    case minSentences = "min-sentences"
    case similar, perplexity
    case isJSON = "is-json"
    case unchanged
  }
  private static let options = ["ignore-case", "whole-words", "max-tokens"]
  /// Keys that say nothing about the reply, and are kept.
  private static let remarks: Set<String> = [
    "tags", "id", "note", "notes", "comment", "description", "category",
  ]

  /// The names of all expectations.
  static var names: [String] { Name.allCases.map(\.rawValue) }

  /// The probe that `value` stands for, and its keys that nobody knows.
  static func read(_ value: JSONValue, line: Int) throws(Problem) -> (
    probe: Probe, unknown: [String]
  ) {
    if let prompt = value.string { return (Probe(line: line, prompt: prompt), []) }
    guard let object = value.object else {
      throw Problem(text: "this is \(value.kind), an object with a `prompt` was expected")
    }
    var reader = ProbeReader(probe: Probe(line: line, prompt: ""))
    let unknown = try reader.take(object)
    return (reader.probe, unknown)
  }

  private mutating func take(_ object: JSONObject) throws(Problem) -> [String] {
    let members = object.members.map { (key: $0.key, name: Self.plain($0.key), value: $0.value) }
    try takeAsked(members.map { ($0.name, $0.value) })
    var unknown: [String] = []
    // Options first: patterns are read by them.
    for member in members where Self.options.contains(member.name) {
      try takeOption(member.name, member.value)
    }
    for member in members {
      switch member.name {
      case "prompt", "messages", "ignore-case", "whole-words", "max-tokens": continue
      case "system": probe.system = try text(member.value, "system")
      case "name": probe.name = try text(member.value, "name")
      case "assert": try takeAssertions(member.value)
      default:
        if try takeExpectation(member.name, member.value) { continue }
        let known = Self.names + Self.options + ["system", "assert"]
        if !Self.remarks.contains(member.name),
          let nearest = nearestName(to: member.name, in: known)
        {
          throw Problem(
            text: "there is no expectation `\(member.key)`; did you mean `\(nearest)`?")
        }
        if !Self.remarks.contains(member.name) { unknown.append(member.key) }
        probe.extra[member.key] = member.value
      }
    }
    return unknown
  }

  private mutating func takeAsked(_ members: [(name: String, value: JSONValue)]) throws(Problem) {
    let prompt = members.first { $0.name == "prompt" }?.value
    let messages = members.first { $0.name == "messages" }?.value
    switch (prompt?.string, messages?.array) {
    case (let prompt?, nil) where messages == nil: probe = Probe(line: probe.line, prompt: prompt)
    case (nil, let values?) where prompt == nil:
      do throws(ShapeError) {
        probe.messages = try MessageShape.messages(values, key: "messages").messages
      } catch {
        throw Problem(text: error.problem)
      }
      if probe.messages.first?.role == "system" {
        probe.system = probe.messages.removeFirst().content
      }
      guard probe.messages.last?.role == "user" else {
        throw Problem(text: "`messages` must end in a user's turn, which the reply answers")
      }
    default: throw Problem(text: "an object with a string `prompt`, or `messages`, was expected")
    }
  }

  private mutating func takeOption(_ name: String, _ value: JSONValue) throws(Problem) {
    switch name {
    case "max-tokens":
      probe.maxTokens = try count(value, name)
      if probe.maxTokens == 0 {
        throw Problem(text: "`max-tokens` is a whole number of at least 1")
      }
    default:
      let isAsked = try flag(value, name)
      if name == "ignore-case" {
        probe.rules.ignoresCase = isAsked
      } else {
        probe.rules.wholeWords = isAsked
      }
    }
  }

  private mutating func takeAssertions(_ value: JSONValue) throws(Problem) {
    for assertion in value.array ?? [value] {
      guard var members = assertion.object, let type = members.removeValue(forKey: "type")?.string
      else { throw Problem(text: "each of `assert` is an object with a `type` and a `value`") }
      var value = members["value"] ?? .bool(true)
      if let threshold = members["threshold"] {
        value = .object(["value": value, "threshold": threshold])
      }
      guard try takeExpectation(Self.plain(type), value) else {
        let nearest = nearestName(to: type, in: Self.names).map { "; did you mean `\($0)`?" }
        throw Problem(
          text: "there is no expectation `\(type)`"
            + (nearest ?? ": there are \(Self.names.joined(separator: ", "))"))
      }
    }
  }

  /// Takes the expectation of that name; false where there is none.
  private mutating func takeExpectation(_ name: String, _ value: JSONValue) throws(Problem) -> Bool
  {
    guard let known = Name(rawValue: name) else { return false }
    if let expectation = try expectation(known, value) { probe.expectations.append(expectation) }
    return true
  }

  /// nil: one that is asked for by true, and is not.
  private func expectation(_ known: Name, _ value: JSONValue) throws(Problem) -> Probe.Expectation?
  {
    let name = known.rawValue
    switch known {
    case .equals: return .equals(try text(value, name))
    case .contains, .containsAll: return .contains(try texts(value, name), all: true)
    case .containsAny: return .contains(try texts(value, name), all: false)
    case .notContains: return .excludes(try texts(value, name))
    case .regex: return .matches(try pattern(value, name))
    case .startsWith: return .starts(try texts(value, name))
    case .maxWords: return .words(.most(try count(value, name)))
    case .minWords: return .words(.least(try count(value, name)))
    case .maxSentences: return .sentences(.most(try count(value, name)))
    case .minSentences: return .sentences(.least(try count(value, name)))
    case .similar:
      let (text, least) = try textAndNumber(value, name, "to", "at-least")
      guard 0...1 ~= least else { throw Problem(text: "`at-least` goes from 0 to 1") }
      return .similar(to: text, atLeast: least)
    case .perplexity:
      let (text, most) = try textAndNumber(value, name, "of", "at-most")
      return .perplexity(of: text, atMost: most)
    case .isJSON: return try flag(value, name) ? .isJSON : nil
    case .unchanged: return try flag(value, name) ? .unchanged : nil
    }
  }

  /// `maxWords` and `max_words` as `max-words`.
  private static func plain(_ key: String) -> String {
    var name = ""
    for character in key {
      if character == "_" {
        name.append("-")
      } else if character.isUppercase {
        if !name.isEmpty, name.last != "-" { name.append("-") }
        name += character.lowercased()
      } else {
        name.append(character)
      }
    }
    return name == "is-j-s-o-n" ? "is-json" : name
  }
}

// MARK: Values

extension ProbeReader {
  private func text(_ value: JSONValue, _ name: String) throws(Problem) -> String {
    guard let text = value.string else {
      throw Problem(text: "`\(name)` is \(value.kind), a string was expected")
    }
    return text
  }

  private func flag(_ value: JSONValue, _ name: String) throws(Problem) -> Bool {
    guard let flag = value.bool else { throw Problem(text: "`\(name)` is true or false") }
    return flag
  }

  private func texts(_ value: JSONValue, _ name: String) throws(Problem) -> [String] {
    let texts = value.string.map { [$0] } ?? value.array?.compactMap(\.string) ?? []
    let isWhole = texts.count == value.array?.count ?? 1
    guard isWhole, !texts.isEmpty, !texts.contains("") else {
      throw Problem(text: "`\(name)` takes a text or a list of texts, none of them empty")
    }
    return texts
  }

  private func count(_ value: JSONValue, _ name: String) throws(Problem) -> Int {
    guard let count = value.int, 0...1_000_000 ~= count else {
      throw Problem(text: "`\(name)` is a whole number from 0 to 1000000")
    }
    return count
  }

  private func pattern(_ value: JSONValue, _ name: String) throws(Problem) -> Pattern {
    let source = try text(value, name)
    do throws(PatternError) {
      return try Pattern(source, ignoringCase: probe.rules.ignoresCase)
    } catch {
      throw Problem(text: error.description)
    }
  }

  /// A text and the number it is held to, under our names or promptfoo's.
  private func textAndNumber(
    _ value: JSONValue, _ name: String, _ textKey: String, _ numberKey: String
  ) throws(Problem) -> (String, Double) {
    var members: [String: JSONValue] = [:]
    for member in value.object?.members ?? [] { members[Self.plain(member.key)] = member.value }
    guard let text = (members[textKey] ?? members["value"])?.string, !text.isEmpty,
      let number = (members[numberKey] ?? members["threshold"])?.double, number.isFinite
    else {
      throw Problem(
        text: "`\(name)` is an object such as {\"\(textKey)\": \"…\", \"\(numberKey)\": 0.8}")
    }
    return (text, number)
  }
}
