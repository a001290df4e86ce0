import Engine
import Testing

/// Templates in the styles of model files, with what Jinja (jinja2 3.1.6, set up as transformers does)
/// makes of them; `nil` where the template raises an error.
private struct TemplateCase: Decodable, Sendable, CustomTestStringConvertible {
  struct Conversation: Decodable, Sendable {
    var messages: [Message]
    var rendered: String?
    var rendered_generation_prompt: String?
  }
  var name: String
  var family: String
  var bos: String
  var source: String
  var conversations: [Conversation]
  var testDescription: String { name }
}

@Suite("Conversations are rendered as the model's own template renders them")
struct ChatTemplateTests {
  private static let cases: [TemplateCase] =
    (try? TextFixtures.json("chat-templates.json")) ?? []

  @Test func templatesAreThere() { #expect(Self.cases.count == 8) }

  @Test(arguments: cases) private func rendered(_ item: TemplateCase) throws {
    let template = try ChatTemplate(source: item.source, bosText: item.bos)
    #expect(template.family.rawValue == item.family)
    for conversation in item.conversations {
      let plain = try? template.render(conversation.messages, generationPrompt: false).text
      #expect(plain == conversation.rendered, "\(conversation.messages)")
      let prompt = try? template.render(conversation.messages, generationPrompt: true).text
      #expect(prompt == conversation.rendered_generation_prompt, "\(conversation.messages)")
    }
  }

  private struct Golden: Decodable {
    var template: String
    var conversations: [TemplateCase.Conversation]
  }

  @Test func smollm2() throws {
    let golden: Golden = try TextFixtures.json("chat-smollm2.json")
    #expect(golden.conversations.count == 20)
    let template = try ChatTemplate(source: golden.template)
    for item in golden.conversations {
      let plain = try template.render(item.messages, generationPrompt: false).text
      #expect(plain == item.rendered)
      let prompt = try template.render(item.messages, generationPrompt: true).text
      #expect(prompt == item.rendered_generation_prompt)
    }
  }

  @Test func theQwen2FileHoldsATemplateOfItsOwn() throws {
    let file = try GGUFFile(path: TextFixtures.path(ofVocabulary: "qwen2"))
    let template = try ChatTemplate(source: file.string("tokenizer.chat_template"))
    let chat = try template.render([Message(role: "user", content: "Hi")], generationPrompt: false)
    #expect(
      chat.text == "<|im_start|>system\nYou are a helpful assistant<|im_end|>\n"
        + "<|im_start|>user\nHi<|im_end|>\n")
  }

  @Test(arguments: [
    ("{{ '<|start_header_id|>' + m.role + '<|end_header_id|>' }}", "Llama 3"),
    ("{{ bos_token }}{{ '[INST] ' + m.content + ' [/INST]' }}", "Mistral"),
    ("[INST] <<SYS>>{{ system }}<</SYS>>", "Llama 2"),
    ("<|user|>\n{{ m.content }}<|end|>", "Phi-3"),
    ("<|im_start|>user<|im_sep|>{{ m.content }}<|im_end|>", "Phi-4"),
    ("{{ '<|im_start|>' + m.role + '\\n' }}<think>", "Qwen3"),
    ("{{ '<|im_start|>' + m.name + m.content + '<|im_end|>' }}", "a variant of ChatML"),
  ]) func othersAreRefusedByName(_ source: String, _ family: String) {
    let error = #expect(throws: ChatTemplateError.self) { try ChatTemplate(source: source) }
    #expect(error?.description.contains(family) == true, "\(String(describing: error))")
  }

  @Test func theUnknownIsShown() {
    let error = #expect(throws: ChatTemplateError.self) {
      try ChatTemplate(source: "Q: {{ question }}\nA:")
    }
    #expect(error == .unknownTemplate(start: "Q: {{ question }}\nA:"))
    #expect(error?.description.contains("Q: {{ question }} A:") == true)
  }

  @Test(arguments: cases) private func cutTemplatesCrashNothing(_ item: TemplateCase) {
    let bytes = Array(item.source.utf8)
    for count in stride(from: 0, to: bytes.count, by: 5) {
      let cut = String(decoding: bytes[..<count], as: UTF8.self)
      let template = try? ChatTemplate(source: cut, bosText: item.bos)
      #expect(template == nil || template?.source == cut)
    }
  }

  @Test func rolesThatATemplateDoesNotWriteAreRefused() throws {
    let messages = [Message(role: "narrator", content: "Once")]
    let tools = try ChatTemplate(source: Self.cases[1].source)
    #expect(
      throws: ChatTemplateError.unknownRole("narrator", known: ["system", "user", "assistant"])
    ) { try tools.render(messages, generationPrompt: false) }
    let any = try ChatTemplate(source: Self.cases[0].source)
    #expect(
      try any.render(messages, generationPrompt: false).text
        == "<|im_start|>narrator\nOnce<|im_end|>\n")
  }

  @Test func gemmaSaysWhichMessageIsOutOfTurn() throws {
    let gemma = try ChatTemplate(source: Self.cases[7].source)
    let messages = [
      Message(role: "system", content: "s"), Message(role: "user", content: "a"),
      Message(role: "user", content: "b"),
    ]
    #expect(throws: ChatTemplateError.rolesMustAlternate(message: 3, role: "user")) {
      try gemma.render(messages, generationPrompt: false)
    }
  }
}
