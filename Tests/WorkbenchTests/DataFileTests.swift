import Engine
import Testing
import Workbench

@Suite struct DataFileTests {
  private func file(_ text: String) -> DataFile { DataFile(bytes: Array(text.utf8)) }
  private func user(_ text: String) -> Message { Message(role: "user", content: text) }
  private func assistant(_ text: String, train: Bool? = nil) -> Message {
    Message(role: "assistant", content: text, train: train)
  }

  private static let shapes: [(String, ExampleContent)] = [
    (
      #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#,
      .pair(prompt: "a", completion: "b")
    ),
    (#"{"prompt":"a","completion":"b"}"#, .pair(prompt: "a", completion: "b")),
    (
      #"{"prompt":[{"role":"assistant","content":"hi"},{"role":"user","content":"a"}],"#
        + #""completion":[{"role":"assistant","content":"b"}]}"#,
      .messages([
        Message(role: "assistant", content: "hi", train: false),
        Message(role: "user", content: "a"), Message(role: "assistant", content: "b"),
      ])
    ),
    (#"{"text":"raw"}"#, .text("raw")),
    (#"{"input_ids":[1,2],"labels":[-100,2]}"#, .tokens(ids: [1, 2], labels: [-100, 2])),
    (#"{"input_ids":[1,2]}"#, .tokens(ids: [1, 2], labels: [1, 2])),
    (
      #"{"prompt":"p","chosen":"c","rejected":"r"}"#,
      .preference(
        prompt: [Message(role: "user", content: "p")],
        chosen: [Message(role: "assistant", content: "c")],
        rejected: [Message(role: "assistant", content: "r")])
    ),
    (
      #"{"chosen":[{"role":"user","content":"p"},{"role":"assistant","content":"c"}],"#
        + #""rejected":[{"role":"user","content":"p"},{"role":"assistant","content":"r"}]}"#,
      .preference(
        prompt: [Message(role: "user", content: "p")],
        chosen: [Message(role: "assistant", content: "c")],
        rejected: [Message(role: "assistant", content: "r")])
    ),
    (
      #"{"prompt":"p","completion":"c","label":false}"#,
      .judged(
        prompt: [Message(role: "user", content: "p")],
        completion: [Message(role: "assistant", content: "c")], good: false)
    ),
    (
      #"{"instruction":"i","input":"x","output":"o","system":"s","history":[["q","w"]]}"#,
      .messages([
        Message(role: "system", content: "s"), Message(role: "user", content: "q"),
        Message(role: "assistant", content: "w"), Message(role: "user", content: "i\n\nx"),
        Message(role: "assistant", content: "o"),
      ])
    ),
    (#"{"instruction":"i","input":"","output":"o"}"#, .pair(prompt: "i", completion: "o")),
    (
      #"{"conversations":[{"from":"human","value":"a"},{"from":"gpt","value":"b"}],"system":"s"}"#,
      .messages([
        Message(role: "system", content: "s"), Message(role: "user", content: "a"),
        Message(role: "assistant", content: "b"),
      ])
    ),
    (
      #"[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]"#,
      .pair(prompt: "a", completion: "b")
    ),
    (
      #"{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},"#
        + #"{"role":"assistant","content":"c","weight":0}]}"#,
      .messages([
        Message(role: "user", content: "ab"),
        Message(role: "assistant", content: "c", train: false),
      ])
    ),
  ]

  @Test(arguments: Self.shapes.indices)
  func eachShapeIsReadAndSurvivesExport(index: Int) {
    let (line, content) = Self.shapes[index]
    let read = file(line)
    #expect(read.bad == [])
    #expect(read.lines == [DataLine(number: 1, content: content, extra: [:])])
    #expect(file(DataExport.line(content, extra: [:])).lines.map(\.content) == [content])
  }

  @Test func unknownKeysAreKeptThroughExport() throws {
    let line =
      #"{"id":12345678901234567,"messages":[{"content":"a","name":"Bo","role":"user"},"#
      + #"{"content":"b","role":"assistant","tool_calls":[{"x":1.5}]}],"tags":["x",null]}"#
    let read = try #require(file(line).lines.first)
    #expect(read.extra["id"] == .integer(12_345_678_901_234_567))
    #expect(DataExport.line(read.content, extra: read.extra) == line)
  }

  @Test func badLinesAreReportedAndGoodOnesKept() throws {
    let text = """
      \u{FEFF}{"prompt":"a","completion":"b"}\r

      {"prompt":"a"}\r
      {"prompt":"a","completion":
      not json
      {"messages":[]}
      {"messages":[{"role":"user"}]}
      {"messages":[{"role":"user","content":null}]}
      {"text":7}
      {"foo":1}
      3
      {"input_ids":[1,2],"labels":[1]}
      {"input_ids":[1.5]}
      {"input_ids":[99999999999]}
      {"text":"last"}
      """
    let read = file(text)
    #expect(read.lines.map(\.number) == [1, 15])
    #expect(read.bad.map(\.number) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
    #expect(read.bad[0].description == "line 3: `prompt` stands without a `completion`")
    #expect(read.bad[1].description.contains("at byte 28: expected a JSON value"))
    #expect(read.bad[4].description.contains("message 1 of `messages` has no text in `content`"))
    #expect(read.bad[7].description.contains("`foo`"))
  }

  @Test func brokenBytesAreABadLineNotACrash() {
    let good = Array(#"{"text":"ok"}"#.utf8)
    for bytes: [UInt8] in [
      [0xFF], [0xC3, 0x28], Array(#"{"text":""#.utf8) + [0xED, 0xA0, 0x80] + Array(#""}"#.utf8),
      Array(#"{"text":"\ud83d"#.utf8), Array(repeating: UInt8(ascii: "["), count: 100_000),
      Array(#"{"text":"\u00"}"#.utf8), Array("{\"text\":\"a\u{1}\"}".utf8), Array("1e999".utf8),
      Array("-".utf8), Array("01".utf8), Array("nul".utf8),
    ] {
      let read = DataFile(bytes: good + [0x0A] + bytes + [0x0A] + good)
      #expect(read.lines.map(\.number) == [1, 3])
      #expect(read.bad.map(\.number) == [2])
    }
    #expect(DataFile(bytes: [0xFF, 0xFE, 0x7B, 0]).bad.count == 1)
    #expect(DataFile(bytes: []).lines.isEmpty)
    #expect(file("\n \n\t\r\n").bad.isEmpty)
  }

  @Test func escapesAndSurrogatesAreRead() {
    let read = file(#"{"text":"\ud83d\ude00 \u00e9 \ud800 \n\/"}"#)
    #expect(read.lines.map(\.content) == [.text("\u{1F600} \u{E9} \u{FFFD} \n/")])
  }

  @Test func wholeArraysAreRead() {
    let items = #"{"instruction":"i","output":"o"}"#
    let pair = ExampleContent.pair(prompt: "i", completion: "o")
    #expect(file("[\(items),\(items)]").lines.map(\.content) == [pair, pair])
    #expect(file("[\n  \(items),\n  \(items)\n]\n").lines.map(\.content) == [pair, pair])
    let cut = file("[\n\(items),\n{\"instr")
    #expect(cut.lines.map(\.content) == [pair])
    #expect(cut.bad.count == 1)
    #expect(
      file("{\n  \"instruction\": \"i\",\n  \"output\": \"o\"\n}").lines.map(\.content) == [pair])
  }

  @Test func aHugeLineIsRead() {
    let long = String(repeating: "long ", count: 400_000)
    #expect(file(#"{"text":"\#(long)"}"#).lines.map(\.content) == [.text(long)])
  }

  @Test func importReportsLinesThatTheModelCannotUse() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    let long = String(repeating: "x", count: 500)
    try folder.write(
      """
      {"prompt":"a","completion":"b"}
      {"prompt":"a","completion":"\(long)"}
      nonsense
      {"prompt":"a","completion":"b","label":true}
      {"messages":[{"role":"user","content":"a"}]}
      """, to: "data.jsonl")
    let report = try bench.importExamples(path: folder.file("data.jsonl"))
    #expect(report.added.ids == [1, 2])
    #expect(report.bad.map(\.number) == [2, 3, 5])
    try bench.undo()
    #expect(bench.session.liveExamples.isEmpty)
    #expect(throws: DataError.self) { try bench.importExamples(path: folder.file("none")) }
    #expect(throws: DataError.self) { try bench.importExamples(path: folder.path) }
  }
}
