import Engine
import Testing

@Suite("Words are split as each family's expressions split them")
struct PreTokenizerTests {
  private func words(_ name: String, _ text: String) throws -> [String] {
    let bytes = Array(text.utf8)
    return try PreTokenizer(named: name).words(of: bytes, bytes.indices).map {
      String(decoding: bytes[$0], as: UTF8.self)
    }
  }

  @Test(arguments: [
    ("I'm  we'll they'RE", ["I", "'m", " ", " we", "'ll", " they", "'", "RE"]),
    ("a1234 b  ", ["a", "1234", " b", "  "]),
    ("x\n\n y\t z!?\n", ["x", "\n\n", " y", "\t", " z", "!?", "\n"]),
    ("日本語！½Ⅷ", ["日本語", "！", "½Ⅷ"]),
    (" '", [" '"]), ("'", ["'"]), ("", []), (" ", [" "]),
  ]) func gpt2(_ text: String, _ expected: [String]) throws {
    #expect(try words("gpt-2", text) == expected)
  }

  @Test(arguments: [
    ("a1234 b", ["a", "1", "2", "3", "4", " b"]),
    // The digits are cut out first, so the space before them stands alone.
    ("  42", ["  ", "4", "2"]), ("½x", ["½", "x"]),
  ]) func smollm(_ text: String, _ expected: [String]) throws {
    #expect(try words("smollm", text) == expected)
  }

  @Test(arguments: [
    ("I'M we'lL", ["I", "'M", " we", "'lL"]), ("12345678", ["123", "456", "78"]),
    ("(word) -x", ["(word", ")", " -", "x"]), ("a  \n\n b", ["a", "  \n\n", " b"]),
    ("x !?\r\n\n y", ["x", " !?\r\n\n", " y"]), ("a   b", ["a", "  ", " b"]),
    ("a \t", ["a", " \t"]),
    ("\tx\n", ["\tx", "\n"]),
  ]) func llama3(_ text: String, _ expected: [String]) throws {
    #expect(try words("llama-bpe", text) == expected)
    #expect(try words("llama3", text) == expected)
  }

  @Test func qwen2SplitsNumbersOneByOne() throws {
    #expect(try words("qwen2", "a1234'S b") == ["a", "1", "2", "3", "4", "'S", " b"])
  }

  @Test func theDefaultCutsPunctuationAndTriplesOfDigits() throws {
    #expect(
      try words("default", "a+b 12345, ٣٤٥٦!") == [
        "a", "+", "b", " ", "123", "45", ",", " ", "٣٤٥٦", "!",
      ])
    #expect(try words("", "x.y") == ["x", ".", "y"])
  }

  @Test func charactersNewerThanTheReferenceTablesAreNoLetters() throws {
    // U+1C89 was assigned in Unicode 16.
    #expect(try words("gpt-2", "a\u{1C89}b") == ["a", "\u{1C89}", "b"])
  }

  @Test func unknownNamesAreRefusedWithTheKnownOnes() throws {
    let error = #expect(throws: TokenizerError.self) { try PreTokenizer(named: "gpt-5") }
    #expect(error == .unsupported(preTokenizer: "gpt-5"))
    #expect(error?.description.contains("smollm") == true)
  }
}
