public import Engine

/// Turns what an example says into tokens and which of them are trained, for one model.
public struct ItemMaker: Sendable {
  private let tokenizer: Tokenizer?
  private let template: ChatTemplate?
  private let templateProblem: ChatTemplateError?
  private let vocabularySize: Int
  /// The longest item, in tokens.
  public let limit: Int

  /// For `model`'s tokenizer, chat template and context.
  public init(_ model: Model) {
    tokenizer = model.tokenizer
    template = model.template
    templateProblem = model.templateProblem
    vocabularySize = model.configuration.vocabularySize
    limit = model.configuration.contextLength
  }

  /// The training item of `content`. `system` is put before a conversation that has no system turn.
  ///
  /// An item may have no trained token; whoever tunes on it has to look.
  public func item(_ content: ExampleContent, system: String? = nil) throws(ItemError)
    -> TrainingItem
  {
    let item: TrainingItem
    switch content {
    case .messages(let messages): item = try conversation(messages, system: system)
    case .text(let text): item = try raw(text)
    case .tokens(let ids, let labels): item = try pretokenised(ids, labels)
    case .preference(let prompt, let chosen, let rejected):
      return try pair(
        answer(chosen, to: prompt, system: system),
        over: answer(rejected, to: prompt, system: system))
    case .judged(let prompt, let completion, let good):
      item = try answer(completion, to: prompt, system: system, aim: good ? .likely : .unlikely)
    }
    try check(item)
    return item
  }

  private func check(_ item: TrainingItem) throws(ItemError) {
    guard !item.tokens.isEmpty else { throw .empty }
    guard item.tokens.count <= limit else {
      throw .tooLong(tokens: item.tokens.count, limit: limit)
    }
  }

  private func pair(_ chosen: TrainingItem, over rejected: TrainingItem) throws(ItemError)
    -> TrainingItem
  {
    for answer in [chosen, rejected] {
      try check(answer)
      if answer.trainedCount == 0 { throw .nothingTrained }
    }
    guard chosen != rejected else { throw .sameAnswers }
    return TrainingItem(
      tokens: chosen.tokens, trained: chosen.trained, aim: .likelier(than: rejected))
  }

  /// An answer after its prompt, of which nothing is trained.
  private func answer(
    _ answer: [Message], to prompt: [Message], system: String?, aim: TrainingItem.Aim = .likely
  ) throws(ItemError) -> TrainingItem {
    let given = prompt.map { message in
      var message = message
      if message.role == "assistant" { message.train = false }
      return message
    }
    var item = try conversation(given + answer, system: system)
    item.aim = aim
    return item
  }

  /// The tokens after which a reply to `messages` begins. Without a chat template: the messages' text, to be
  /// continued.
  public func prompt(_ messages: [Message]) throws(ItemError) -> [Token] {
    guard let tokenizer else { throw .noTokenizer }
    guard let template else {
      try requireNoTemplate()
      return withBOS(tokenizer.encode(rawText(messages), special: true), tokenizer)
    }
    do throws(ChatTemplateError) {
      return try template.render(messages, generationPrompt: true).tokens(tokenizer).ids
    } catch {
      throw .template(error)
    }
  }

  private func conversation(_ messages: [Message], system: String?) throws(ItemError)
    -> TrainingItem
  {
    guard let tokenizer else { throw .noTokenizer }
    guard let template else { return try continuation(messages, tokenizer) }
    var messages = messages
    if let system, messages.first?.role != "system" {
      messages.insert(Message(role: "system", content: system), at: 0)
    }
    do throws(ChatTemplateError) {
      let rendered = try template.render(messages, generationPrompt: false).tokens(tokenizer)
      return TrainingItem(tokens: rendered.ids, trained: rendered.trained)
    } catch {
      throw .template(error)
    }
  }

  /// A conversation for a base model: plain text, the assistant's part and an end token after it trained.
  private func continuation(_ messages: [Message], _ tokenizer: Tokenizer) throws(ItemError)
    -> TrainingItem
  {
    try requireNoTemplate()
    let (ids, offsets) = tokenizer.encodeWithOffsets(rawText(messages), special: true)
    var trained = [Bool](repeating: false, count: ids.count)
    var start = 0
    var index = 0
    for message in messages {
      let end = start + message.content.utf8.count
      while index < ids.count, offsets[index] < end {
        trained[index] = message.role == "assistant" && message.train != false
        index += 1
      }
      start = end
    }
    var tokens = withBOS(ids, tokenizer)
    trained.insert(contentsOf: repeatElement(false, count: tokens.count - ids.count), at: 0)
    if let last = messages.last, last.role == "assistant",
      let end = tokenizer.description.ends.min()
    {
      tokens.append(end)
      trained.append(last.train != false)
    }
    return TrainingItem(tokens: tokens, trained: trained)
  }

  private func raw(_ text: String) throws(ItemError) -> TrainingItem {
    guard let tokenizer else { throw .noTokenizer }
    let tokens = withBOS(tokenizer.encode(text, special: true), tokenizer)
    return TrainingItem(tokens: tokens, trained: tokens.map { _ in true })
  }

  private func pretokenised(_ ids: [Token], _ labels: [Token]) throws(ItemError) -> TrainingItem {
    guard ids.count == labels.count else { throw .lengths(ids: ids.count, labels: labels.count) }
    for (index, (id, label)) in zip(ids, labels).enumerated() {
      guard id >= 0, id < vocabularySize else {
        throw .unknownToken(id, vocabulary: vocabularySize)
      }
      guard label == -100 || label == id else {
        throw .label(label, at: index, id: id)
      }
    }
    return TrainingItem(tokens: ids, trained: labels.map { $0 != -100 })
  }

  // A model with a template that Attune cannot use is a chat model all the same: raw text would be wrong.
  private func requireNoTemplate() throws(ItemError) {
    if let templateProblem { throw .noTemplate(templateProblem) }
  }

  private func rawText(_ messages: [Message]) -> String {
    messages.map { $0.role == "system" ? $0.content + "\n\n" : $0.content }.joined()
  }

  private func withBOS(_ ids: [Token], _ tokenizer: Tokenizer) -> [Token] {
    guard tokenizer.description.addsBOS, let bos = tokenizer.description.bos, ids.first != bos
    else { return ids }
    return [bos] + ids
  }
}

/// Why an example or a prompt cannot be turned into tokens.
public enum ItemError: Error, Sendable, Equatable {
  /// Nothing in it is trained.
  case nothingTrained
  /// It is longer than the context.
  case tooLong(tokens: Int, limit: Int)
  /// It has no tokens.
  case empty
  /// The model has no tokenizer, so only `input_ids` work.
  case noTokenizer
  /// The model has a chat template that Attune cannot use, so a conversation cannot be rendered.
  case noTemplate(ChatTemplateError)
  /// The template refuses the conversation.
  case template(ChatTemplateError)
  /// A token id lies outside the vocabulary.
  case unknownToken(Token, vocabulary: Int)
  /// Ids and labels differ in count.
  case lengths(ids: Int, labels: Int)
  /// A label is neither -100 nor the id at its place.
  case label(Token, at: Int, id: Token)
  /// A pair whose answers are the same tokens.
  case sameAnswers
}

extension ItemError: CustomStringConvertible {
  /// A sentence that says what is wrong and what would be right.
  public var description: String {
    switch self {
    case .nothingTrained:
      "Nothing in it is trained: it needs an assistant's turn, or a text of two tokens or more."
    case .tooLong(let tokens, let limit):
      "It has \(tokens) tokens, and the model takes at most \(limit). Shorten it."
    case .empty:
      "It is empty."
    case .noTokenizer:
      "This model has no tokenizer, so it takes only lines with `input_ids` and `labels`."
    case .noTemplate(let error):
      "This model's chat template cannot be used: \(error)"
    case .template(let error):
      "The chat template refuses it: \(error)"
    case .unknownToken(let token, let vocabulary):
      "Token \(token) is not in the vocabulary, which has ids 0 to \(vocabulary - 1)."
    case .lengths(let ids, let labels):
      "It has \(ids) `input_ids` but \(labels) `labels`; both must be as many."
    case .label(let label, let index, let id):
      "Label \(index) is \(label), where -100 (not trained) or the id itself, \(id), was expected."
    case .sameAnswers:
      "Its chosen and its rejected answer are the same, so there is nothing to prefer."
    }
  }
}
