import Engine
import Testing

@Suite("JSON from other programs")
struct JSONReaderTests {
  private func read(_ text: String, _ rules: JSONRules = .strict) throws(JSONError) -> JSONValue {
    try JSONValue(Array(text.utf8), rules)
  }

  private func read(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
    try JSONValue(bytes, .strict)
  }

  @Test func readsValues() throws {
    let value = try read(
      """
      {"a": [1, -2.5e3, true, false, null, "x\\n\\u00e9\\ud83d\\ude00"], "b": {}, "c": []}
      """)
    let object = try #require(value.object)
    #expect(object.members.map(\.key) == ["a", "b", "c"])
    let items = try #require(object["a"]?.array)
    #expect(items[0].int == 1)
    #expect(items[1].double == -2500)
    #expect(items[1].int == -2500)
    #expect(items[2].bool == true)
    #expect(items[4] == .null)
    #expect(items[5].string == "x\né😀")
    #expect(object["b"]?.object == JSONObject())
    #expect(object["none"] == nil)
    #expect(try read(" \n\t7 ").int == 7)
    #expect(try read([0xef, 0xbb, 0xbf] + Array("[]".utf8)) == .array([]))
    #expect(try read("1e400").double == .infinity)
    #expect(try read("99999999999999999999").int == nil)
    #expect(try read("8.5").int == nil)
  }

  @Test func loneSurrogatesBecomeReplacements() throws {
    #expect(try read("\"\\ud83dx\"").string == "\u{fffd}x")
    #expect(try read("\"\\ud83d\\u0041\"").string == "\u{fffd}A")
    #expect(try read("\"\\ude00\"").string == "\u{fffd}")
  }

  @Test(arguments: [
    ("", 0), ("{", 1), ("[1,]", 3), ("{\"a\" 1}", 5), ("{\"a\":1,}", 7), ("01", 0), ("1.", 2),
    ("1e", 2), ("-", 0), ("tru", 0), ("\"abc", 4), ("\"\\x\"", 2), ("\"\\u12g4\"", 3), ("[1 2]", 3),
    ("{} {}", 3), ("{a:1}", 1), ("\"\u{1}\"", 1), ("NaN", 0), ("'a'", 0),
  ])
  func saysWhereATextIsWrong(text: String, offset: Int) throws {
    let fault = #expect(throws: JSONError.self) { try read(text) }
    #expect(fault?.offset == offset)
  }

  @Test func saysTheLineAndWhatItFound() {
    let fault = JSONError(offset: 11, line: 3, expected: "',' or ']'", found: "'3'")
    #expect(throws: fault) { try read("[\n  1,\n  2 3]") }
    #expect(fault.description == "at byte 12: expected ',' or ']', found '3'")
    let cut = #expect(throws: JSONError.self) { try read("{\"a\":\n") }
    #expect(cut?.line == 2)
    #expect(cut?.description == "at byte 7: expected a JSON value, but the text ends")
  }

  @Test func refusesDuplicatesDepthAndOtherEncodings() throws {
    let twice = #expect(throws: JSONError.self) { try read("{\"a\":1,\"a\":2}") }
    #expect(twice?.offset == 7)
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError.self) { try read(deep) }
    #expect(throws: Never.self) {
      try read(String(repeating: "[", count: 60) + String(repeating: "]", count: 60))
    }
    #expect(throws: JSONError.self) { try read([0x22, 0xff, 0x22]) }
  }

  @Test func dataMayRepeatKeysAndNestDeeperButKeepsToFloats() throws {
    let value = try read("{\"a\":1,\"b\":2,\"a\":3}", .data)
    #expect(value.text() == "{\"a\":3,\"b\":2}")
    let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    #expect(throws: Never.self) { try read(deep, .data) }
    let fault = #expect(throws: JSONError.self) { try read("[" + deep + "]", .data) }
    #expect(fault?.offset == 200)
    let great = #expect(throws: JSONError.self) { try read("[1e999]", .data) }
    #expect(great?.offset == 1)
  }

  @Test(arguments: [
    ("{\"a\":[1,{\"b\":2,\"c\":", "{\"a\":[1,{\"b\":2}]}"), ("[1,2 3]", "[1,2]"),
    ("{\"a\":\"half", "{}"), ("[[1],[2", "[[1],[2]]"), ("", "null"), ("{\"a\":1,!}", "{\"a\":1}"),
  ])
  func salvagesWhatStandsBeforeABreak(text: String, rest: String) {
    let (value, failure) = JSONReader.salvage(Array(text.utf8)[...])
    #expect(value.text() == rest)
    #expect(failure != nil)
  }

  @Test func salvageMendsOtherEncodings() {
    let (value, failure) = JSONReader.salvage([0x22, 0x61, 0xff, 0x22])
    #expect(value == .string("a\u{fffd}"))
    #expect(failure == nil)
  }
}
