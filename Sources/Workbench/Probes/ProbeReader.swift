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

  /// The expectations by name, and how each is read.
  private static let expectations:
    [(
      name: String,
      read: @Sendable (ProbeReader, String, JSONValue) throws(Problem) -> Probe.Expectation
    )] =
      [
        (
          "equals",
          { reader, name, value throws(Problem) in
            .equals(try reader.text(value, name))
          }
        ),
        (
          "contains",
          { reader, name, value throws(Problem) in
            .contains(try reader.texts(value, name), all: true)
          }
        ),
        (
          "contains-any",
          { reader, name, value throws(Problem) in
            .contains(try reader.texts(value, name), all: false)
          }
        ),
        (
          "contains-all",
          { reader, name, value throws(Problem) in
            .contains(try reader.texts(value, name), all: true)
          }
        ),
        (
          "not-contains",
          { reader, name, value throws(Problem) in
            .excludes(try reader.texts(value, name))
          }
        ),
        (
          "regex",
          { reader, name, value throws(Problem) in
            .matches(try reader.pattern(value, name))
          }
        ),
        (
          "starts-with",
          { reader, name, value throws(Problem) in
            .starts(try reader.texts(value, name))
          }
        ),
        (
          "max-words",
          { reader, name, value throws(Problem) in
            .words(.most(try reader.count(value, name)))
          }
        ),
        (
          "min-words",
          { reader, name, value throws(Problem) in
            .words(.least(try reader.count(value, name)))
          }
        ),
        (
          "max-sentences",
          { reader, name, value throws(Problem) in
            .sentences(.most(try reader.count(value, name)))
          }
        ),
        (
          "min-sentences",
          { reader, name, value throws(Problem) in
            .sentences(.least(try reader.count(value, name)))
          }
        ),
        (
          "similar",
          { reader, name, value throws(Problem) in
            let (text, least) = try reader.textAndNumber(value, name, "to", "at-least")
            guard 0...1 ~= least else { throw Problem(text: "`at-least` goes from 0 to 1") }
            return .similar(to: text, atLeast: least)
          }
        ),
        (
          "perplexity",
          { reader, name, value throws(Problem) in
            let (text, most) = try reader.textAndNumber(value, name, "of", "at-most")
            return .perplexity(of: text, atMost: most)
          }
        ),
      ]
  /// Expectations that are asked for by true.
  private static let flags: [(name: String, expectation: Probe.Expectation)] = [
    ("is-json", .isJSON), ("unchanged", .unchanged),
  ]
  private static let options = ["ignore-case", "whole-words", "max-tokens"]
  /// Keys that say nothing about the reply, and are kept.
  private static let remarks: Set<String> = [
    "tags", "id", "note", "notes", "comment", "description", "category",
  ]

  /// The names of all expectations.
  static var names: [String] { expectations.map(\.name) + flags.map(\.name) }

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
      guard let flag = value.bool else { throw Problem(text: "`\(name)` is true or false") }
      if name == "ignore-case" {
        probe.rules.ignoresCase = flag
      } else {
        probe.rules.wholeWords = flag
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
    if let flag = Self.flags.first(where: { $0.name == name }) {
      guard let isAsked = value.bool else { throw Problem(text: "`\(name)` is true or false") }
      if isAsked { probe.expectations.append(flag.expectation) }
      return true
    }
    guard let known = Self.expectations.first(where: { $0.name == name }) else { return false }
    probe.expectations.append(try known.read(self, name, value))
    return true
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
