import Shell
import Testing

@Suite struct WordsTests {
  private func words(_ text: String) throws -> [String] { try Words(text, usage: "/x").all }

  @Test(arguments: [
    ("", []), ("  ", []), ("a b", ["a", "b"]), ("\"a b\" c", ["a b", "c"]),
    ("'a b'c", ["a bc"]), (#"a\ b"#, ["a b"]), (#""a\nb\t\"c\\""#, ["a\nb\t\"c\\"]),
    (#"'a\nb'"#, [#"a\nb"#]), (#"C:\new"#, [#"C:\new"#]), (#""\d+""#, [#"\d+"#]),
    ("\"\" x", ["", "x"]), ("\"\"\"\na \"b\"\nc\n\"\"\" d", ["a \"b\"\nc", "d"]),
    ("a\\", ["a\\"]), ("héé ⛵️", ["héé", "⛵️"]), ("key=\"a b\"", ["key=a b"]),
  ])
  func splits(_ text: String, _ expected: [String]) throws {
    #expect(try words(text) == expected)
  }

  @Test(arguments: [("\"a", "\""), ("'a", "'"), ("\"\"\"a\"\"", "\"\"\""), (#""a\""#, "\"")])
  func saysWhichQuoteIsOpen(_ text: String, _ quote: String) {
    #expect(throws: UsageError.unclosedQuote(quote)) { try words(text) }
  }

  @Test(arguments: [
    (#""How are you?" => "Arr!""#, "How are you?", "Arr!"),
    ("How are you? => Arr!", "How are you?", "Arr!"),
    ("What's up => I'm fine", "What's up", "I'm fine"),
    (#""a => b" => "c => d""#, "a => b", "c => d"),
    (#""Quoted" she said => "so""#, "\"Quoted\" she said", "so"),
    (#""a"=>"b""#, "a", "b"),
    ("\"\"\"\none\ntwo\n\"\"\" => \"\"\"\nx\n\"\"\"", "one\ntwo", "x"),
    (#"say "hi" => "a" "b""#, "say \"hi\"", "\"a\" \"b\""),
  ])
  func pairs(_ text: String, _ prompt: String, _ reply: String) throws {
    let pair = try Words(prose: text, usage: "/add").pair()
    #expect(pair == (prompt, reply))
  }

  @Test func refusesHalfAPair() {
    #expect(throws: UsageError.noArrow(usage: "/add")) {
      try Words(prose: "no arrow", usage: "/add").pair()
    }
    #expect(throws: UsageError.emptyText(what: "The reply")) {
      try Words(prose: "a =>", usage: "/add").pair()
    }
    #expect(throws: UsageError.emptyText(what: "The prompt")) {
      try Words(prose: "\" \" => b", usage: "/add").pair()
    }
  }

  @Test func proseKeepsItsApostrophes() throws {
    #expect(
      try Words(prose: "  You're a pirate.  ", usage: "/system").prose() == "You're a pirate.")
    #expect(try Words(prose: "\"Say \\\"Arr\\\".\"", usage: "/system").prose() == "Say \"Arr\".")
    #expect(try Words(prose: "\"Hi\" is a word", usage: "/system").prose() == "\"Hi\" is a word")
  }

  @Test func countsHaveBounds() throws {
    let words = try Words("20 x 0", usage: "/tune")
    #expect(try words.count(at: 0, what: "Steps", else: 10, in: 1...500) == 20)
    #expect(try words.count(at: 5, what: "Steps", else: 10, in: 1...500) == 10)
    #expect(throws: UsageError.notANumber("x", what: "Steps", range: "from 1 to 500")) {
      try words.count(at: 1, what: "Steps", else: 10, in: 1...500)
    }
    #expect(throws: UsageError.notANumber("0", what: "Steps", range: "from 1 to 500")) {
      try words.count(at: 2, what: "Steps", else: 10, in: 1...500)
    }
    #expect(throws: UsageError.surplus("0", usage: "/tune")) { try words.expect(atMost: 2) }
    #expect(throws: UsageError.missing(what: "File", usage: "/tune")) {
      try words.word(at: 3, what: "File")
    }
  }

  /// Any text splits or is refused, and what is quoted comes back as it was.
  @Test func survivesAnyText() throws {
    var random = SplitMix(state: 11)
    let letters = Array(" \t\n\"'\\=>a/é漢🏴‍☠️\u{301}\u{0}")
    for _ in 0..<3000 {
      let text = String(
        (0..<Int.random(in: 0...24, using: &random)).map { _ in
          letters[Int.random(in: 0..<letters.count, using: &random)]
        })
      _ = try? words(text)
      _ = try? Words(prose: text, usage: "").pair()
      let quoted = "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
      // Three quotes in a row mean something else.
      if !quoted.contains("\"\"\"") { #expect(try words(quoted) == [text]) }
    }
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers in every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
