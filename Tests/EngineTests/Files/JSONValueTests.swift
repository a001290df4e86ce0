import Engine
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("JSON values and how they are written")
struct JSONValueTests {
  private func read(_ text: String) throws(JSONError) -> JSONValue {
    try JSONValue(Array(text.utf8))
  }

  @Test(arguments: [
    #"{"a":[1,2.50,true,null,"q\"\\\n\u0001é"],"b":{"c":[]}}"#,
    #"{"b":[1,-2,-0,0.5,1e+20,12345678901234567890,"😀",true,false,null,{}],"a":[]}"#,
    #"["\u007f\u009b\u2028\u2029\t\r/"]"#,
  ])
  func writesWhatItReads(text: String) throws {
    let value = try read(text)
    #expect(value.text() == text)
    #expect(try read(value.lines()) == value)
    #expect(try read(value.text(sortedKeys: true)) == value)
  }

  @Test func writesOneMemberALine() throws {
    let value = try read(#"{"b":{},"a":[1,{"d":[],"c":2}]}"#)
    #expect(
      value.lines() == """
        {
          "b": {},
          "a": [
            1,
            {
              "d": [],
              "c": 2
            }
          ]
        }
        """)
    #expect(value.text(sortedKeys: true) == #"{"a":[1,{"c":2,"d":[]}],"b":{}}"#)
    #expect(
      try read(#"{"b":1,"a":[2]}"#).lines(sortedKeys: true) == """
        {
          "a": [
            2
          ],
          "b": 1
        }
        """)
  }

  @Test func numbersAreTheShortestThatReadBack() {
    #expect(JSONValue.integer(UInt64.max).text() == "18446744073709551615")
    #expect(JSONValue.number(0.1 as Float).text() == "0.1")
    #expect(JSONValue.number(0.1).text() == "0.1")
    #expect(JSONValue.number(Double.infinity) == .null)
    #expect(JSONValue.number(Double.nan) == .null)
  }

  @Test func objectsKeepTheirOrder() {
    var object: JSONObject = ["z": .integer(1), "a": .integer(2), "m": .null]
    #expect(object == ["m": .null, "z": .integer(1), "a": .integer(2)])
    #expect(object != ["z": .integer(1), "a": .integer(2)])
    #expect(object["m"] == .null)
    #expect(object.removeValue(forKey: "z") == .integer(1))
    #expect(object.removeValue(forKey: "z") == nil)
    object["m"] = .bool(true)
    object["z"] = .integer(3)
    #expect(object.append("a", .null) == false)
    object.merge(["b": .integer(4), "a": .integer(5)])
    #expect(JSONValue.object(object).text() == #"{"a":5,"m":true,"z":3,"b":4}"#)
    object["a"] = nil
    #expect(object.keys == ["m", "z", "b"])
    #expect(object["b"] == .integer(4))
  }

  @Test func passesThroughOtherCoders() throws {
    let text = #"{"a":[1,-2,18446744073709551615,0.5,"x",true,null,{"c":[],"b":{}}]}"#
    let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    #expect(value == (try read(text)))
    #expect(try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value)) == value)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let bytes = Array(try encoder.encode(read(#"{"some_key":{"bKey":2.50,"aKey":1}}"#)))
    #expect(String(decoding: bytes, as: UTF8.self) == #"{"some_key":{"aKey":1,"bKey":2.5}}"#)
  }
}
