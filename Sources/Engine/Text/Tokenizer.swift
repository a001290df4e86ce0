/// Text to token ids and back. Immutable once made, so every thread may use it.
public final class Tokenizer: Sendable {
  /// What the model file said.
  public let description: TokenizerDescription

  private let pieces: PieceTable
  private let specials: SpecialTokens
  private let encoder: Encoder

  private enum Encoder: Sendable {
    case byteLevel(ByteLevelEncoder)
    case sentencePiece(SentencePieceEncoder)
  }

  /// Builds the lookup tables. Throws where the file's kind or pre-tokenizer is not known, or a
  /// table is damaged.
  public init(_ description: TokenizerDescription) throws(TokenizerError) {
    guard description.kinds.count == description.entries.count else {
      throw .lengthMismatch(
        key: "tokenizer.ggml.token_type", count: description.kinds.count,
        expected: description.entries.count)
    }
    self.description = description
    pieces = PieceTable(description.entries)
    specials = SpecialTokens(description)
    encoder =
      switch description.kind {
      case .byteLevel: .byteLevel(try ByteLevelEncoder(description, pieces))
      case .sentencePiece: .sentencePiece(try SentencePieceEncoder(description, pieces))
      }
  }

  /// How many entries the vocabulary has.
  public var count: Int { description.entries.count }

  /// The entry spelled exactly as `text` in the model file, such as `<|im_end|>`.
  public func token(spelled text: String) -> Token? { pieces.token(Array(text.utf8)) }

  /// The text of the token put before a text, such as `<bos>`, for templates that write it out.
  public var bosText: String? {
    guard let bos = description.bos, description.entries.indices.contains(Int(bos)) else {
      return nil
    }
    return String(decoding: description.entries[Int(bos)], as: UTF8.self)
  }

  /// Token ids of `text`. BOS is never added. With `special`, control and user-defined entries
  /// found in the text become their own token; without, they are plain text (user-defined entries
  /// excepted, as in llama.cpp).
  public func encode(_ text: String, special: Bool = false) -> [Token] {
    list(text, special: special).ids
  }

  /// Token ids as `encode(_:special:)` gives, and for each the offset in bytes of `text` where it
  /// starts. Offsets never fall; a space that SentencePiece adds starts where its text does.
  public func encodeWithOffsets(_ text: String, special: Bool) -> (ids: [Token], offsets: [Int]) {
    let list = list(text, special: special)
    return (list.ids, list.offsets)
  }

  private func list(_ text: String, special: Bool) -> TokenList {
    let bytes = Array(text.utf8)
    var list = TokenList()
    // A space goes before the text, and again after each special token.
    var isFirst = true
    for fragment in specials.fragments(of: bytes, special: special) {
      switch fragment {
      case .token(let token, let offset):
        list.append(token, at: offset)
        isFirst = true
      case .text(let range):
        switch encoder {
        case .byteLevel(let encoder):
          encoder.encode(bytes, range, into: &list)
        case .sentencePiece(let encoder):
          let addsSpace = isFirst && description.addsSpacePrefix
          encoder.encode(bytes, range, addsSpace: addsSpace, into: &list)
        }
        isFirst = false
      }
    }
    return list
  }

  /// The bytes of `ids`, as text that was encoded. Control tokens are left out unless `special`.
  ///
  /// The space that SentencePiece puts before a text and after each special token is taken away
  /// again. Where `ids` go on from other tokens, `startsText: false` keeps a space they start with.
  /// Spaces before punctuation stay, though llama.cpp drops them for some models: what was encoded
  /// comes back.
  public func decode(_ ids: [Token], special: Bool = false, startsText: Bool = true) -> [UInt8] {
    var result: [UInt8] = []
    var dropsSpace = startsText && addsSpaces
    for id in ids {
      let start = result.count
      append(id, special, to: &result)
      if dropsSpace, start < result.count, result[start] == 0x20, !isSpecial(id) {
        result.remove(at: start)
      }
      dropsSpace = addsSpaces && isSpecial(id)
    }
    return result
  }

  /// The bytes one token stands for; empty for control tokens unless `special`, and for ids that
  /// the vocabulary does not have.
  public func bytes(of id: Token, special: Bool = false) -> [UInt8] {
    var result: [UInt8] = []
    append(id, special, to: &result)
    return result
  }

  /// Whether SentencePiece adds spaces that the text does not have.
  private var addsSpaces: Bool {
    description.kind == .sentencePiece && description.addsSpacePrefix
  }

  private func isSpecial(_ id: Token) -> Bool {
    guard description.kinds.indices.contains(Int(id)) else { return false }
    switch description.kinds[Int(id)] {
    case .control, .userDefined, .unknown: return true
    case .normal, .unused, .byte: return false
    }
  }

  private func append(_ id: Token, _ special: Bool, to result: inout [UInt8]) {
    guard description.entries.indices.contains(Int(id)) else { return }
    let entry = description.entries[Int(id)]
    switch description.kinds[Int(id)] {
    case .control, .unknown:
      if special { result.append(contentsOf: entry) }
    case .userDefined:
      result.append(contentsOf: entry)
    case .byte:
      if let byte = Self.byte(spelled: entry) { result.append(byte) }
    case .unused:
      break
    case .normal:
      switch description.kind {
      case .byteLevel: ByteAlphabet.decode(entry, into: &result)
      case .sentencePiece: SentencePieceEncoder.decode(entry, into: &result)
      }
    }
  }

  /// The byte of an entry such as `<0x0A>`.
  private static func byte(spelled entry: [UInt8]) -> UInt8? {
    guard entry.count == 6, entry.starts(with: "<0x".utf8) else { return nil }
    return UInt8(String(decoding: entry[3..<5], as: UTF8.self), radix: 16)
  }
}
