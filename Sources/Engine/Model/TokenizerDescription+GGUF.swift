extension TokenizerDescription {
  /// What a GGUF file's metadata says of its tokenizer.
  ///
  /// Throws `unsupportedModel` for another algorithm than `gpt2` and `llama`, `missing` where a
  /// list is not there. Defaults are llama.cpp's (src/llama-vocab.cpp, `llama_vocab::impl::load`),
  /// and so is how tokens that end a reply are told by their text.
  public init(_ file: GGUFFile) throws(TokenizerError) {
    func strings(_ key: String) throws(TokenizerError) -> [[UInt8]] {
      guard let strings = file.metadata[key]?.strings else { throw .missing(key: key) }
      return strings.map { $0 }
    }
    guard let model = file.metadata["tokenizer.ggml.model"]?.string else {
      throw .missing(key: "tokenizer.ggml.model")
    }
    let kind: Kind
    switch model {
    case "gpt2": kind = .byteLevel
    case "llama": kind = .sentencePiece
    default: throw .unsupportedModel(model)
    }
    let entries = try strings("tokenizer.ggml.tokens")
    let isSentencePiece = kind == .sentencePiece
    let preTokenizer = file.metadata["tokenizer.ggml.pre"]?.string ?? ""
    self.init(
      kind: kind, entries: entries, kinds: try Self.kinds(file, count: entries.count),
      scores: isSentencePiece ? file.metadata["tokenizer.ggml.scores"]?.floats ?? [] : [],
      merges: isSentencePiece ? [] : try strings("tokenizer.ggml.merges"),
      preTokenizer: preTokenizer, bos: nil, ends: [], unknown: nil, addsBOS: false,
      addsSpacePrefix: isSentencePiece
        && file.metadata["tokenizer.ggml.add_space_prefix"]?.bool ?? true)
    bos = token(file, "bos", sentencePieceDefault: 1)
    unknown = token(file, "unknown", sentencePieceDefault: 0)
    addsBOS =
      bos != nil
      && (file.metadata["tokenizer.ggml.add_bos_token"]?.bool
        ?? (isSentencePiece || PreTokenizer.addsBOS(named: preTokenizer)))
    markWellKnown(file)
  }

  private static func kinds(
    _ file: GGUFFile, count: Int
  ) throws(TokenizerError) -> [EntryKind] {
    let key = "tokenizer.ggml.token_type"
    guard let value = file.metadata[key] else { return Array(repeating: .normal, count: count) }
    guard let numbers = value.ints else { throw .missing(key: key) }
    guard numbers.count == count else {
      throw .lengthMismatch(key: key, count: numbers.count, expected: count)
    }
    // Kinds that are not known stand for no text, as unused ones.
    return numbers.map { Int32(exactly: $0).flatMap(EntryKind.init) ?? .unused }
  }

  /// The token that the file names under `tokenizer.ggml.NAME_token_id`, if the vocabulary has it.
  private func token(
    _ file: GGUFFile, _ name: String, sentencePieceDefault: Token? = nil
  ) -> Token? {
    let id =
      file.metadata["tokenizer.ggml.\(name)_token_id"]?.int
      ?? (kind == .sentencePiece ? sentencePieceDefault.map(Int.init) : nil)
    return id.flatMap { entries.indices.contains($0) ? Token($0) : nil }
  }

  /// Collects the tokens that end a reply and makes those told by their text control tokens.
  private mutating func markWellKnown(_ file: GGUFFile) {
    let named = [
      token(file, "eos", sentencePieceDefault: 2), token(file, "eot"), token(file, "eom"),
    ]
    ends.formUnion(named.compactMap { $0 })
    var codes = WellKnownTokens.codes.filter { code in
      let ids = code.keys.compactMap { token(file, $0) }
      if code.endsReply { ends.formUnion(ids) }
      return ids.isEmpty
    }
    // Only entries that begin and end like a well-known one are compared as text: Gemma has 262 144.
    for (id, entry) in entries.enumerated() {
      guard let last = entry.last, WellKnownTokens.lastBytes.contains(last),
        WellKnownTokens.firstBytes.contains(entry[0])
      else { continue }
      let text = String(decoding: entry, as: UTF8.self)
      if WellKnownTokens.ends.contains(text) {
        kinds[id] = .control
        ends.insert(Token(id))
      }
      if let code = codes.firstIndex(where: { $0.texts.contains(text) }) {
        kinds[id] = .control
        if codes[code].endsReply { ends.insert(Token(id)) }
        codes.remove(at: code)
      }
    }
  }
}

/// Texts by which tokens are told whose role model files often fail to give.
///
/// Source: llama.cpp, src/llama-vocab.cpp.
private enum WellKnownTokens {
  /// One purpose in completing code: metadata keys that name its token, else texts that tell it.
  struct Code {
    let keys: [String]
    let texts: Set<String>
    /// Whether a model that writes it has said all it had to say.
    let endsReply: Bool
  }

  static let ends: Set<String> = [
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>",
    "<end_of_turn>", "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]",
    "<|end_of_text|>", "<end_of_utterance>", "<eos>", "<turn|>", "<|tool_response>",
    "<｜end▁of▁sentence｜>", "[e~[",
  ]

  static let codes = [
    Code(
      keys: ["fim_pre", "prefix"],
      texts: [
        "<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>",
        "<|code_prefix|>", "<|prefix|>",
      ], endsReply: false),
    Code(
      keys: ["fim_suf", "suffix"],
      texts: [
        "<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>",
        "<|code_suffix|>", "<|suffix|>",
      ], endsReply: false),
    Code(
      keys: ["fim_mid", "middle"],
      texts: [
        "<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "<MID>", "▁<MID>",
        "<|code_middle|>", "<|middle|>",
      ], endsReply: false),
    Code(
      keys: ["fim_pad"], texts: ["<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"],
      endsReply: true),
    Code(
      keys: ["fim_rep"],
      texts: ["<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"],
      endsReply: true),
    Code(keys: ["fim_sep"], texts: ["<|file_sep|>"], endsReply: true),
  ]

  private static let all = ends.union(codes.flatMap(\.texts))
  /// How all these texts begin: `<`, `_`, `[` or U+2581.
  static let firstBytes = Set(all.compactMap { $0.utf8.first })
  /// How all these texts end: `>`, `]` or `[`.
  static let lastBytes = Set(all.compactMap { $0.utf8.last })
}
