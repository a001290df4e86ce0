import Engine
import Testing

@Suite("The assistant's words and end of turn are trained, nothing else")
struct TrainedTokenTests {
  private static let chatML =
    "{% for m in messages %}{{'<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>' + '\\n'}}"
    + "{% endfor %}"
  private static let conversation = [
    Message(role: "user", content: "Hi"), Message(role: "assistant", content: "Yo."),
    Message(role: "user", content: "?"), Message(role: "assistant", content: "No", train: false),
    Message(role: "assistant", content: ""),
  ]

  @Test func piecesOfChatML() throws {
    let chat = try ChatTemplate(source: Self.chatML).render(
      Self.conversation, generationPrompt: true)
    #expect(chat.pieces.filter(\.trained).map(\.text) == ["Yo.<|im_end|>", "<|im_end|>"])
    #expect(
      chat.pieces.first?.text
        == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n")
    #expect(chat.text.hasSuffix("<|im_end|>\n<|im_start|>assistant\n"))
  }

  @Test func piecesOfGemma() throws {
    let source = "{{ bos_token }}<start_of_turn>{{ m.content | trim }}<end_of_turn>"
    let chat = try ChatTemplate(source: source).render(
      [Message(role: "user", content: "a"), Message(role: "assistant", content: " b\n")],
      generationPrompt: false)
    #expect(chat.pieces.filter(\.trained).map(\.text) == ["b<end_of_turn>"])
    #expect(chat.text.hasPrefix("<bos><start_of_turn>user\na<end_of_turn>\n<start_of_turn>model\n"))
    #expect(chat.text.hasSuffix("<end_of_turn>\n"))
  }

  @Test func tokensAreTrainedByWhereTheyStart() throws {
    let tokenizer = try Tokenizer(
      TinyVocabulary.byteLevel(control: ["<|im_start|>", "<|im_end|>"]))
    let template = try ChatTemplate(source: Self.chatML)
    let chat = try template.render(Self.conversation, generationPrompt: false)
    let (ids, trained) = chat.tokens(tokenizer)
    #expect(ids == tokenizer.encode(chat.text, special: true))
    let end = try #require(tokenizer.token(spelled: "<|im_end|>"))
    let words = zip(ids, trained).filter(\.1).map(\.0)
    #expect(words == Array("Yo.".utf8).map(Token.init) + [end, end])
  }

  @Test func aTokenThatBeginsInTheTemplateIsNotTrained() throws {
    // Qwen 2 has a token for two line breaks: here the template's and the reply's first.
    let tokenizer = try TextFixtures.vocabulary("qwen2")
    let chat = try ChatTemplate(source: Self.chatML).render(
      [Message(role: "assistant", content: "\nB")], generationPrompt: false)
    let (ids, trained) = chat.tokens(tokenizer)
    let lineBreaks = try #require(tokenizer.token(spelled: "ĊĊ"))
    let both = try #require(ids.firstIndex(of: lineBreaks))
    #expect(!trained[both])
    #expect(trained[both + 1])
  }
}
