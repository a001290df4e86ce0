import Engine
import Testing

@Suite("JSON from other programs")
struct JSONReaderTests {
  private func read(_ text: String) throws(JSONReader.Fault) -> JSONValue {
    try read(Array(text.utf8))
  }

  private func read(_ bytes: [UInt8]) throws(JSONReader.Fault) -> JSONValue {
    try bytes.withUnsafeBufferPointer { (buffer) throws(JSONReader.Fault) in
      try JSONReader.read(UnsafeRawBufferPointer(buffer))
    }
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
    let fault = #expect(throws: JSONReader.Fault.self) { try read(text) }
    #expect(fault?.offset == offset)
  }

  @Test func refusesDuplicatesDepthAndOtherEncodings() throws {
    let twice = #expect(throws: JSONReader.Fault.self) { try read("{\"a\":1,\"a\":2}") }
    #expect(twice?.offset == 7)
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONReader.Fault.self) { try read(deep) }
    #expect(throws: Never.self) {
      try read(String(repeating: "[", count: 60) + String(repeating: "]", count: 60))
    }
    #expect(throws: JSONReader.Fault.self) { try read([0x22, 0xff, 0x22]) }
  }

  @Test func writesWhatItReads() throws {
    let text = "{\"a\":[1,2.50,true,null,\"q\\\"\\\\\\n\\u0001é\"],\"b\":{\"c\":[]}}"
    let value = try read(text)
    #expect(value.text == text)
    #expect(try read(value.lines()) == value)
    #expect(
      try read("{\"a\":[1],\"b\":{}}").lines() == "{\n  \"a\": [\n    1\n  ],\n  \"b\": {}\n}")
  }
}
