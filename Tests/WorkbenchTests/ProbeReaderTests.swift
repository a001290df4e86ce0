import Engine
import Testing
import Workbench

@Suite struct ProbeReaderTests {
  private func suite(_ lines: String...) -> PromptSuite {
    PromptSuite(path: "a/b/voice.jsonl", bytes: Array(lines.joined(separator: "\n").utf8))
  }

  @Test func everyExpectationIsRead() throws {
    let suite = suite(
      #"{"prompt":"p","equals":"e","contains":"c","contains-any":["a","b"],"contains-all":["c","d"],"not-contains":"n"}"#,
      #"{"prompt":"p","regex":"r+","starts-with":"s","max-words":9,"min-words":1,"max-sentences":2,"min-sentences":1}"#,
      #"{"prompt":"p","is-json":true,"similar":{"to":"t","at-least":0.5},"perplexity":{"of":"o","at-most":20},"unchanged":true}"#,
      #"{"prompt":"p","is-json":false,"unchanged":false}"#)
    #expect(suite.bad.isEmpty && suite.unknownKeys.isEmpty && suite.name == "voice")
    #expect(
      suite.entries[0].expectations == [
        .equals("e"), .contains(["c"], all: true), .contains(["a", "b"], all: false),
        .contains(["c", "d"], all: true), .excludes(["n"]),
      ])
    #expect(
      suite.entries[1].expectations == [
        .matches(try Pattern("r+")), .starts(["s"]), .words(.most(9)), .words(.least(1)),
        .sentences(.most(2)), .sentences(.least(1)),
      ])
    #expect(
      suite.entries[2].expectations == [
        .isJSON, .similar(to: "t", atLeast: 0.5), .perplexity(of: "o", atMost: 20), .unchanged,
      ])
    #expect(suite.probes.count == 3)
  }

  @Test func namesMayBeSpeltAsOtherToolsDo() {
    let suite = suite(
      #"{"prompt":"p","maxWords":3,"min_words":1,"notContains":["x"],"isJson":true,"is_json":true,"isJSON":true}"#,
      #"{"prompt":"p","assert":[{"type":"contains-any","value":["a"]},{"type":"is-json"},{"type":"similar","value":"t","threshold":0.7}]}"#,
      #"{"prompt":"p","similar":{"to":"t","atLeast":0.25}}"#)
    #expect(suite.bad.isEmpty, "\(suite.bad)")
    #expect(
      suite.entries[0].expectations == [
        .words(.most(3)), .words(.least(1)), .excludes(["x"]), .isJSON, .isJSON, .isJSON,
      ])
    #expect(
      suite.entries[1].expectations == [
        .contains(["a"], all: false), .isJSON, .similar(to: "t", atLeast: 0.7),
      ])
    #expect(suite.entries[2].expectations == [.similar(to: "t", atLeast: 0.25)])
  }

  @Test func optionsNamesAndConversations() throws {
    let suite = suite(
      #"{"prompt":"p","name":"n","system":"s","tags":["x"],"max-tokens":5,"regex":"AB","ignore-case":true,"whole-words":true}"#,
      #"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}],"contains":"d"}"#
    )
    let first = suite.entries[0]
    #expect(first.name == "n" && first.title == "n" && first.system == "s" && first.maxTokens == 5)
    #expect(first.rules.ignoresCase && first.rules.wholeWords && first.line == 1)
    #expect(first.extra == ["tags": .array([.string("x")])])
    guard case .matches(let pattern)? = first.expectations.first else {
      Issue.record("no pattern")
      return
    }
    #expect(pattern.isFound(in: "ab"))
    let second = suite.entries[1]
    #expect(second.system == "s" && second.isConversation && second.prompt == "c")
    #expect(second.messages.map(\.role) == ["user", "assistant", "user"])
    #expect(!first.isConversation)
  }

  @Test(arguments: [
    (#"{"prompt":"p","contain-any":["a"]}"#, "did you mean `contains-any`?"),
    (#"{"prompt":"p","max-word":3}"#, "did you mean `max-words`?"),
    (#"{"prompt":"p","ignorecase":true}"#, "did you mean `ignore-case`?"),
    (#"{"prompt":"p","max-words":"3"}"#, "`max-words` is a whole number"),
    (#"{"prompt":"p","max-words":-1}"#, "`max-words` is a whole number"),
    (#"{"prompt":"p","max-tokens":0}"#, "at least 1"),
    (#"{"prompt":"p","contains":[]}"#, "none of them empty"),
    (#"{"prompt":"p","contains-any":["a",""]}"#, "none of them empty"),
    (#"{"prompt":"p","contains-any":["a",3]}"#, "none of them empty"),
    (#"{"prompt":"p","equals":["a"]}"#, "`equals` is an array, a string was expected"),
    (#"{"prompt":"p","regex":"("}"#, "the pattern “(” cannot be used: a ( is never closed"),
    (#"{"prompt":"p","regex":"(a)\\1"}"#, "references"),
    (#"{"prompt":"p","similar":"t"}"#, #"{"to": "…", "at-least": 0.8}"#),
    (#"{"prompt":"p","similar":{"to":"t","at-least":80}}"#, "from 0 to 1"),
    (#"{"prompt":"p","perplexity":{"of":"o"}}"#, "at-most"),
    (#"{"prompt":"p","unchanged":1}"#, "`unchanged` is true or false"),
    (
      #"{"prompt":"p","assert":[{"type":"llm-rubric","value":"x"}]}"#, "no expectation `llm-rubric`"
    ),
    (#"{"prompt":"p","assert":["x"]}"#, "with a `type`"),
    (#"{"prompt":3}"#, "a string `prompt`, or `messages`"),
    (
      #"{"prompt":"p","messages":[{"role":"user","content":"a"}]}"#,
      "a string `prompt`, or `messages`"
    ),
    (#"{"messages":[{"role":"assistant","content":"a"}]}"#, "must end in a user's turn"),
    (#"{"messages":[]}"#, "messages is empty"), ("[1]", "this is an array, an object"),
    (#"{"prompt":"p","#, "not JSON"),
  ])
  func aBadLineIsToldAndTheOthersStand(_ line: String, _ reason: String) {
    let suite = suite(
      #"{"prompt":"first","contains":"x"}"#, line, #"{"prompt":"last","contains":"x"}"#)
    #expect(suite.entries.map(\.prompt) == ["first", "last"])
    let bad = suite.bad.first
    #expect(bad?.number == 2)
    #expect(bad?.problem.contains(reason) == true, "\(String(describing: bad))")
  }

  @Test func unknownKeysAreKeptAndNamedOnce() {
    let suite = suite(
      #"{"prompt":"p","weight":2,"contains":"x"}"#, #"{"prompt":"q","weight":3,"tags":[]}"#)
    #expect(suite.unknownKeys == ["weight"])
    #expect(suite.entries.map { $0.extra["weight"] } == [.integer(2), .integer(3)])
  }
}
