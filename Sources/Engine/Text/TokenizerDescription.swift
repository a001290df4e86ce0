/// What a model file says about its tokenizer, free of the file's format.
///
/// Vocabulary entries are bytes, never `String`: Swift compares strings by canonical equivalence,
/// so two different entries could be "equal".
public struct TokenizerDescription: Sendable {
  /// The algorithm that turns text into tokens.
  public enum Kind: Sendable, Equatable {
    /// GPT-2's byte-level BPE: `tokenizer.ggml.model` = `gpt2`.
    case byteLevel
    /// SentencePiece-style BPE by scores: `tokenizer.ggml.model` = `llama`.
    case sentencePiece
  }

  /// `tokenizer.ggml.token_type` of an entry.
  public enum EntryKind: Int32, Sendable {
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
  }

  /// The algorithm.
  public var kind: Kind
  /// Each entry's bytes as the file spells them (byte-level entries still in GPT-2's printable
  /// alphabet).
  public var entries: [[UInt8]]
  /// Each entry's kind; all `normal` where the file has none.
  public var kinds: [EntryKind]
  /// Each entry's score (SentencePiece only; empty otherwise).
  public var scores: [Float]
  /// Merge rules by rank, each `left right` with one space between (byte-level only).
  public var merges: [[UInt8]]
  /// The pre-tokenizer's name: `tokenizer.ggml.pre`.
  public var preTokenizer: String
  /// The token put before a text, if the model has one.
  public var bos: Token?
  /// The tokens that end a reply: eos, eot and their kin.
  public var ends: Set<Token>
  /// The token for what the vocabulary lacks.
  public var unknown: Token?
  /// Whether a text gets BOS: `tokenizer.ggml.add_bos_token`, with the default of the kind.
  public var addsBOS: Bool
  /// Whether SentencePiece puts a space before the text: `tokenizer.ggml.add_space_prefix`.
  public var addsSpacePrefix: Bool

  /// A description from its parts.
  public init(
    kind: Kind, entries: [[UInt8]], kinds: [EntryKind], scores: [Float], merges: [[UInt8]],
    preTokenizer: String, bos: Token?, ends: Set<Token>, unknown: Token?, addsBOS: Bool,
    addsSpacePrefix: Bool
  ) {
    self.kind = kind
    self.entries = entries
    self.kinds = kinds
    self.scores = scores
    self.merges = merges
    self.preTokenizer = preTokenizer
    self.bos = bos
    self.ends = ends
    self.unknown = unknown
    self.addsBOS = addsBOS
    self.addsSpacePrefix = addsSpacePrefix
  }
}
