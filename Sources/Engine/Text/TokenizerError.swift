/// Why a tokenizer could not be built from what a model file says.
public enum TokenizerError: Error, Equatable, Sendable {
  /// The pre-tokenizer's name, `tokenizer.ggml.pre`, is not one that is known.
  case unsupported(preTokenizer: String)
  /// The algorithm's name, `tokenizer.ggml.model`, is not one that is known.
  case unsupportedModel(String)
  /// A metadata key that a tokenizer cannot do without is not there, or holds another type.
  case missing(key: String)
  /// A list has another length than the vocabulary.
  case lengthMismatch(key: String, count: Int, expected: Int)
  /// A merge rule is not two entries of the vocabulary with a space between.
  case badMerge(rank: Int)
  /// The vocabulary can spell neither this byte nor "unknown".
  case unspellable(byte: UInt8)
}

extension TokenizerError: CustomStringConvertible {
  /// What is wrong and what to do next.
  public var description: String {
    switch self {
    case .unsupported(let name):
      "The model splits words by the pre-tokenizer \"\(name)\", which Attune does not know. "
        + "It knows \(PreTokenizer.knownNames.joined(separator: ", ")): "
        + "choose a model that uses one of these."
    case .unsupportedModel(let name):
      "The model's tokenizer is of the kind \"\(name)\", which Attune does not know. "
        + "It knows gpt2 (byte-level BPE) and llama (SentencePiece BPE): choose a model with one."
    case .missing(let key):
      "The model file's metadata lacks a usable \(key), so text cannot be turned into tokens. "
        + "Download or convert the model again."
    case .lengthMismatch(let key, let count, let expected):
      "The model file's \(key) has \(count) items where the vocabulary has \(expected). "
        + "The file is damaged: download or convert it again."
    case .badMerge(let rank):
      "Merge rule \(rank) in the model file's tokenizer.ggml.merges is not two parts with a space "
        + "between. The file is damaged: download or convert it again."
    case .unspellable(let byte):
      "The model's vocabulary has no token for the byte \(byte) and none for unknown text. "
        + "The file is damaged: download or convert it again."
    }
  }
}
