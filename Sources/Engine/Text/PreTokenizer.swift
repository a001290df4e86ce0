/// Splits a text into the words inside which bytes are merged.
///
/// Each model family was trained with regular expressions of its own; these are scanned by hand, to
/// the same splits. Source of the names and expressions: llama.cpp, src/llama-vocab.cpp; of their
/// reading, src/unicode.cpp.
package struct PreTokenizer: Sendable {
  /// One pass over the text; each pass splits the segments that the one before left.
  enum Stage: Sendable {
    /// `\p{N}`: every number on its own.
    case eachNumber
    /// `\p{N}+`
    case numberRuns
    /// `[0-9][0-9][0-9]`
    case digitTriples
    /// `[\p{P}\$\+<=>\^~\|]+`
    case punctuationRuns
    /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
    case gpt2
    /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}|
    /// ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
    case llama3(digits: Int)
  }

  /// Names that split alike.
  private struct Family {
    let names: [String]
    let stages: [Stage]
    var ignoresMerges = false
  }

  private static let families = [
    Family(
      names: [
        "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b",
        "mellum2",
      ], stages: [.eachNumber, .gpt2]),
    Family(
      names: [
        "gpt-2", "gpt2", "phi-2", "mpt", "olmo", "jais", "trillion", "granite-docling", "exaone4",
        "gigachat", "a.x-4.0", "mellum",
      ], stages: [.gpt2]),
    Family(
      names: [
        "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2",
      ], stages: [.llama3(digits: 3)], ignoresMerges: true),
    Family(
      names: ["dbrx", "smaug-bpe", "glm4", "chatglm-bpe"], stages: [.llama3(digits: 3)]),
    Family(
      names: [
        "qwen2", "deepseek-r1-qwen", "kormo", "megrez", "stablelm2", "hunyuan", "solar-open",
        "grok-2",
      ], stages: [.llama3(digits: 1)]),
    // A file that names none is read as llama.cpp reads it.
    Family(
      names: ["default", ""], stages: [.punctuationRuns, .gpt2, .numberRuns, .digitTriples]),
  ]

  /// The names that are known.
  static var knownNames: [String] { families.flatMap(\.names).filter { !$0.isEmpty } }

  /// Whether models that split by `name` begin a text with BOS where their file does not say.
  static func addsBOS(named name: String) -> Bool {
    families.contains { $0.ignoresMerges && $0.names.contains(name) }
  }

  /// Whether a word that is an entry becomes that token at once, whatever the merges would make.
  let ignoresMerges: Bool
  private let stages: [Stage]

  /// The pre-tokenizer called `name` in `tokenizer.ggml.pre`; throws `unsupported` where none is.
  package init(named name: String) throws(TokenizerError) {
    guard let family = Self.families.first(where: { $0.names.contains(name) }) else {
      throw .unsupported(preTokenizer: name)
    }
    stages = family.stages
    ignoresMerges = family.ignoresMerges
  }

  /// The words of `bytes[range]` in order, as ranges of bytes. Together they are the whole range.
  /// - Complexity: O(n)
  package func words(of bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    guard !range.isEmpty else { return [] }
    let text = ScalarText(bytes, range)
    var segments = [0..<text.classes.count]
    for stage in stages {
      var parts: [Range<Int>] = []
      parts.reserveCapacity(segments.count)
      for segment in segments { stage.split(text, segment, into: &parts) }
      segments = parts
    }
    return segments.map { text.starts[$0.lowerBound]..<text.starts[$0.upperBound] }
  }
}

extension PreTokenizer.Stage {
  fileprivate func split(_ text: ScalarText, _ segment: Range<Int>, into parts: inout [Range<Int>])
  {
    let scanner = WordScanner(text: text, segment: segment)
    var position = segment.lowerBound
    // Where a stretch that no match has covered begins: such stretches are parts too.
    var gap = position
    while position < segment.upperBound {
      let end =
        switch self {
        case .eachNumber: scanner.characterClass(position) == .number ? position + 1 : position
        case .numberRuns: scanner.run(of: position) { $0 == .number }
        case .digitTriples: scanner.digitTriple(from: position)
        case .punctuationRuns: scanner.punctuation(from: position)
        case .gpt2: scanner.gpt2Word(from: position)
        case .llama3(let digits): scanner.llama3Word(from: position, digits: digits)
        }
      if end == position {
        position += 1
        continue
      }
      if gap < position { parts.append(gap..<position) }
      parts.append(position..<end)
      position = end
      gap = end
    }
    if gap < position { parts.append(gap..<position) }
  }
}
