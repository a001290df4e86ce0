import Testing

@Suite("tokenize and detokenize on vocabularies without weights")
struct TextCommandTests {
  static let vocabularies = ["gpt-2", "llama-spm"].map {
    Fixtures.path("text/vocab/ggml-vocab-\($0).gguf")
  }

  @Test(arguments: vocabularies)
  func textsComeBack(_ model: String) throws {
    let texts = #"["Hello world","","  two  spaces","a\nb\tc","é 日本 🙂","\u0000<s>"]"#
    let ids = try Program.run(["tokenize", "--model", model], input: texts)
    #expect(ids.code == 0, "\(ids.errors)")
    #expect(try ids.objects.first?.array.count == 6)
    let back = try Program.run(["detokenize", "--model", model], input: ids.output)
    #expect(back.code == 0, "\(back.errors)")
    let expected = ["Hello world", "", "  two  spaces", "a\nb\tc", "é 日本 🙂", "\0<s>"]
    #expect(try back.objects.first?.array == expected.map { .string($0) })
  }

  @Test func idsAreTheReferences() throws {
    let ids = try Program.run(
      ["tokenize", "--json", "--model", Self.vocabularies[0]],
      input: #"["Hello world", "\n =", "3333"]"#)
    #expect(ids.output == "[[15496,995],[198,796],[24840]]\n")
  }

  @Test(arguments: [
    "", "{}", "[1]", #"["a""#, "\u{FEFF}", "[[\"a\"]]",
  ])
  func wrongInputIsRefused(_ input: String) throws {
    let result = try Program.run(["tokenize", "--model", Self.vocabularies[0]], input: input)
    #expect(result.code == 1)
    #expect(result.output.isEmpty && result.errors.contains("tandard input"), "\(result.errors)")
  }

  @Test(arguments: [
    "", "[1]", "[[1.5]]", "[[-1]]", "[[50257]]", "[[1e99]]", "[[\"1\"]]", "[[null]]",
  ])
  func wrongIdsAreRefused(_ input: String) throws {
    let result = try Program.run(["detokenize", "--model", Self.vocabularies[0]], input: input)
    #expect(result.code == 1)
    #expect(result.output.isEmpty && !result.errors.isEmpty)
    #expect(!result.errors.contains("Fatal error"))
  }

  @Test func halfACharacterIsReplaced() throws {
    let ids = try Program.run(["tokenize", "--model", Self.vocabularies[0]], input: #"["日"]"#)
    let first = try #require(try ids.objects.first?.array.first?.ids.first)
    let back = try Program.run(
      ["detokenize", "--model", Self.vocabularies[0]], input: "[[\(first)]]")
    #expect(back.code == 0)
    #expect(back.output.contains("\u{FFFD}"), "\(back.output)")
  }
}
