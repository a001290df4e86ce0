import ArgumentParser
import Engine
import Shell
import Workbench

/// Continues a prompt or a conversation.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reply to a prompt or a conversation.",
    discussion: """
      The prompt is a user's turn under the model's chat template; --raw takes it as it stands, \
      special tokens parsed. Without settings the likeliest token is taken each time.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var adapter: AdapterOptions
  @OptionGroup var output: OutputOptions

  @Option(
    parsing: .unconditional, help: "The prompt; - reads it from standard input.")
  var prompt: String?

  @Option(help: "A JSON file with an array of messages, or an object with \"messages\".")
  var messages: String?

  @Flag(help: "Take the prompt as it stands, without the chat template.")
  var raw = false

  @Flag(help: "Keep activations in full precision: slower, and the same as scoring and tuning see.")
  var exact = false

  @Flag(help: "Go on after the model's end token.")
  var ignoreEnd = false

  @Option(help: "The longest reply, in tokens.")
  var maxTokens = Sampling().maxTokens

  @Option(help: "Divides the logits; 0 takes the likeliest token.")
  var temperature = Sampling().temperature

  @Option(help: "Keep only the K likeliest tokens; 0 keeps all.")
  var topK = Sampling().topK

  @Option(help: "Keep the likeliest tokens whose probabilities add up to P.")
  var topP = Sampling().topP

  @Option(help: "Keep tokens at least P times as likely as the likeliest.")
  var minP = Sampling().minP

  @Option(help: "The seed of the draws.")
  var seed = Sampling().seed

  func validate() throws {
    guard (prompt == nil) != (messages == nil) else {
      throw ValidationError("Give either --prompt or --messages.")
    }
    if raw, messages != nil {
      throw ValidationError("--raw takes a --prompt; --messages always uses the chat template.")
    }
    try check("--max-tokens", maxTokens, atLeast: 1)
    try check("--top-k", topK, atLeast: 0)
    try check("--temperature", temperature, "a number of at least 0") { $0 >= 0 }
    try check("--top-p", topP, "a number above 0 and up to 1") { $0 > 0 && $0 <= 1 }
    try check("--min-p", minP, "a number from 0 to 1") { (0...1).contains($0) }
  }

  func run() throws {
    let conversation = try readConversation()
    let model = try model.load()
    let adapter = try adapter.load(for: model)
    let ids = try promptTokens(conversation, model)
    let sampling = Sampling(
      temperature: temperature, topK: topK, topP: topP, minP: minP, maxTokens: maxTokens,
      seed: seed)
    Interrupt.install()
    let writer = ReplyWriter(json: output.json)
    var stream = model.tokenizer.map { TextStream($0) }
    let results = try model.generate(
      [GenerationRow(prompt: ids, adapter: adapter)], sampling: sampling,
      precision: exact ? .exact : .rounded, ignoreEnd: ignoreEnd, shouldStop: Interrupt.take
    ) { _, token in
      writer.add(stream?.push(token) ?? "")
      return writer.failure == nil && !Interrupt.take()
    }
    writer.add(stream?.finish() ?? "")
    try writer.end()
    guard let result = results.first else { return }
    if output.json { try StandardOutput.line(json(result, text: writer.text)) }
    if result.stop == .interrupt { throw ExitCode.interrupted }
  }

  private func readConversation() throws -> [Message] {
    if let messages { return try MessagesFile.read(messages) }
    guard let prompt, prompt == "-" else { return [Message(role: "user", content: prompt ?? "")] }
    var text = try StandardInput.readText()
    // The newline that echo and editors end a text with is not part of what was asked.
    if !raw, text.hasSuffix("\n") || text.hasSuffix("\r\n") { text.removeLast() }
    return [Message(role: "user", content: text)]
  }

  private func promptTokens(_ conversation: [Message], _ model: Model) throws -> [Token] {
    if raw, let tokenizer = model.tokenizer, let prompt = conversation.first {
      return tokenizer.encode(prompt.content, special: true)
    }
    if model.template == nil, model.templateProblem == nil, model.tokenizer != nil {
      StandardError.line(Notice.continuesRawText.description)
    }
    do throws(ItemError) {
      return try ItemMaker(model).prompt(conversation)
    } catch {
      throw WorkbenchError.prompt(error)
    }
  }

  private func json(_ result: Generated, text: String) -> JSONValue {
    .object([
      "text": .string(text), "ids": .ids(result.ids), "stop": .string(result.stop.rawValue),
      "prompt_tokens": .integer(result.promptTokens),
      "tokens_per_second": .rounded(result.tokensPerSecond, places: 1),
    ])
  }
}
