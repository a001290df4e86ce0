import Engine
import Testing
import Workbench

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct SessionJSONTests {
  @Test func theFileReadsBackAndIsWrittenAgainByteForByte() throws {
    let folder = try TemporaryFolder()
    let model = ScriptedModel()
    model.losses = [2: .nan, 3: .infinity, 4: 0.1 + 0.2]
    let bench = try folder.workbench(model: model)
    try bench.setSystem("Be brief. / \u{1F600} e\u{301}")
    var sampling = bench.session.sampling
    sampling.temperature = 0.7
    sampling.topP = 0.95
    try bench.setSampling(sampling)
    try bench.setSeed(.max)
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    try bench.addExample(.text("raw"))
    try bench.addExample(.tokens(ids: [1, 2, 3], labels: [-100, 2, 3]))
    _ = try bench.tune(.steps(4))
    _ = try bench.reply("hello")
    _ = try bench.diff("hello")
    try bench.undo()
    let first = try folder.read("work.json")
    let before = bench.session
    bench.close()

    let again = try folder.reopen()
    #expect(
      again.session.bursts[0].losses.map(\.bitPattern) == before.bursts[0].losses.map(\.bitPattern))
    #expect(again.session.seed == .max)
    #expect(again.session.sampling == before.sampling)
    #expect(again.session.examples == before.examples)
    #expect(again.session.state == before.state)
    try again.save()
    #expect(try folder.read("work.json") == first)
  }

  /// Foundation wrote this file, and its encoder is what the format is defined by.
  @Test func theShippedSessionIsWrittenAgainByteForByte() throws {
    let folder = try TemporaryFolder()
    let text = try String(
      contentsOfFile: ShippedFilesTests.root + "/sessions/pirate-voice.json", encoding: .utf8)
    try folder.write(text, to: "work.json")
    let opened = try SessionStore.open(path: folder.file("work.json"))
    #expect(opened.session.written == Array(text.utf8))
  }

  @Test(arguments: [
    ExampleContent.messages([
      Message(
        role: "system",
        content: "\u{0}\u{1}\u{8}\t\n\u{c}\r\u{1f}\"\\/\u{7f}\u{85}\u{2028} e\u{301} \u{1F600}"),
      Message(role: "user", content: ""), Message(role: "assistant", content: "x", train: false),
    ]),
    .messages([]), .text("raw"), .tokens(ids: [1, 2], labels: [-100, 2]),
    .tokens(ids: [], labels: []),
    .preference(
      prompt: [Message(role: "user", content: "p")],
      chosen: [Message(role: "assistant", content: "c")],
      rejected: [Message(role: "assistant", content: "r")]),
    .judged(prompt: [Message(role: "user", content: "p")], completion: [], good: true),
  ])
  func theTextIsWhatFoundationWrites(content: ExampleContent) throws {
    var session = Session(seed: .max)
    let extra: JSONObject = [
      "b": .object([:]), "a\n": .array([.null, .bool(true), .numeral("-0"), .numeral("2.50e3")]),
      "B": .numeral("18446744073709551615"), "é": .numeral("1e-7"), "": .numeral("-12"),
    ]
    session.addExamples(
      [NewExample(content, extra: extra, origin: .imported), NewExample(content, origin: .good)],
      now: Timestamp(seconds: 5))
    session.removeExamples([1])
    var burst = Burst(
      id: 1, parent: nil, recipe: session.recipe, length: .seconds(0.1), system: "s",
      examples: session.seen, started: Timestamp(seconds: 0))
    burst.losses = [1e-12, 0.1 + 0.2, 1e22, 3, -.infinity, .nan]
    burst.drift = 0
    burst.freshOptimiser = true
    session.add(burst)
    session.checkout(nil)
    _ = session.undo()

    let text = session.written
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    #expect(try Array(encoder.encode(JSONValue(text))) + [0x0A] == text)
    // Members come in order from the first, so that no reader has to sort.
    func keysAscend(_ value: JSONValue) -> Bool {
      switch value {
      case .object(let object):
        zip(object.keys, object.keys.dropFirst()).allSatisfy { $0 < $1 }
          && object.members.allSatisfy { keysAscend($0.value) }
      case .array(let values): values.allSatisfy(keysAscend)
      default: true
      }
    }
    #expect(keysAscend(try JSONValue(text)))
  }

  @Test func theFileHasTheKeysThatScriptsRelyOn() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    try bench.addExample(.pair(prompt: "a/b", completion: "c"))
    _ = try bench.tune(.steps(2))
    let text = try folder.read("work.json")
    let root = try #require(try JSONValue(Array(text.utf8)).object)
    #expect(
      root.keys.sorted() == [
        "bursts", "comparisons", "current", "examples", "model", "probes", "recipe", "sampling",
        "seed", "state", "system", "turns", "version",
      ])
    #expect(root["version"] == .integer(2))
    #expect(root["current"] == .integer(1))
    #expect(root["system"] == .null)
    #expect(root["model"]?.object?["sha256"] == .string(String(repeating: "a", count: 64)))
    let burst = try #require(root["bursts"]?.array?[0].object)
    #expect(burst["losses"] == .array([.number(0.5), .number(1.0 / 3)]))
    #expect(burst["length"] == .object(["steps": .integer(2)]))
    #expect(burst["examples"]?.array?[0].object?["ids"] == .string("1"))
    let file = try #require(burst["adapter"]?.object?["file"]?.string)
    #expect(folder.exists("work.tensors/" + file))
    #expect(text.contains(#""content" : "a/b""#))
    #expect(text.hasSuffix("}\n"))
  }

  @Test func probesOfALaterHandAreKept() throws {
    let folder = try TemporaryFolder()
    try folder.workbench().save()
    let text = try folder.read("work.json").replacing(
      "\"probes\" : [\n\n  ]", with: #""probes" : [{"a": [1, 2.5, null, true, "x"]}]"#)
    try #require(text.contains("2.5"))
    try folder.write(text, to: "work.json")
    let bench = try folder.reopen()
    try bench.setChat(true)
    #expect(try folder.read("work.json").contains("2.5"))
  }

  @Test func tenThousandExamplesOpenFast() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    let lines = (0..<10_000).map { #"{"prompt":"question \#($0)","completion":"answer \#($0)"}"# }
    try folder.write(lines.joined(separator: "\n"), to: "data.jsonl")
    #expect(try bench.importExamples(path: folder.file("data.jsonl")).added.count == 10_000)
    _ = try bench.tune(.steps(1))
    bench.close()
    let clock = ContinuousClock()
    let took = try clock.measure {
      let again = try folder.reopen()
      #expect(again.session.liveExamples.count == 10_000)
      #expect(again.session.example(9_999)?.id == 9_999)
      try again.undo()
    }
    // Quadratic work would take minutes; a debug build on a busy machine takes a second or two.
    #expect(took < .seconds(20))
    #expect(try folder.read("work.json").contains(#""1-10000""#))
  }
}
