import Engine
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// What the tests of tokenizers and chat templates read: Tests/Fixtures/text.
enum TextFixtures {
  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/text")

  static func json<T: Decodable>(_ name: String, as type: T.Type = T.self) throws -> T {
    try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: name)))
  }

  /// A vocabulary of llama.cpp's own tests with its strings and the tokens expected.
  struct Vocabulary: Sendable {
    let name: String

    /// Made once in a test run: reading takes a second in debug builds.
    func tokenizer() throws -> Tokenizer { try Self.tokenizers.get(name) }

    private static let tokenizers = Cache()

    /// The strings of `.inp`, split as llama.cpp's test-tokenizer-0 splits them, with the ids of `.out`.
    func expectations() throws -> [(text: String, ids: [Token])] {
      let stem = "vocab/ggml-vocab-\(name).gguf"
      let input = try Data(contentsOf: folder.appending(path: stem + ".inp"))
      let output = try Data(contentsOf: folder.appending(path: stem + ".out"))
      var texts: [String] = []
      var rest = Array(input)[...]
      let separator = Array("\n__ggml_vocab_test__\n".utf8)
      while !rest.isEmpty {
        let found = rest.firstRange(of: separator)
        texts.append(String(decoding: rest[..<(found?.lowerBound ?? rest.endIndex)], as: UTF8.self))
        rest = rest[(found?.upperBound ?? rest.endIndex)...]
      }
      let lines = output.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
      let ids = lines.map { line in
        String(decoding: line, as: UTF8.self).split(separator: " ").compactMap { Token($0) }
      }
      guard texts.count == ids.count else { throw FixtureError.lengths(texts.count, ids.count) }
      return Array(zip(texts, ids)).map { (text: $0, ids: $1) }
    }
  }

  static let vocabularies = ["gpt-2", "llama-bpe", "llama-spm", "qwen2"].map(Vocabulary.init)
  static func vocabulary(_ name: String) throws -> Tokenizer {
    try Vocabulary(name: name).tokenizer()
  }

  /// The path of a vocabulary's GGUF file. Two are stored compressed, for the repository's size.
  static func path(ofVocabulary name: String) throws -> String {
    let plain = folder.appending(path: "vocab/ggml-vocab-\(name).gguf").path()
    if FileManager.default.fileExists(atPath: plain) { return plain }
    let unpacked = FileManager.default.temporaryDirectory
      .appending(path: "attune-test-\(getpid())-\(name).gguf").path()
    let quoted = [plain + ".gz", unpacked].map {
      "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
    guard system("gzip -dc \(quoted[0]) > \(quoted[1])") == 0 else {
      throw FixtureError.gzip(plain + ".gz")
    }
    return unpacked
  }

  private final class Cache: @unchecked Sendable {
    private let lock = NSLock()
    private var made: [String: Tokenizer] = [:]

    func get(_ name: String) throws -> Tokenizer {
      lock.lock()
      defer { lock.unlock() }
      if let tokenizer = made[name] { return tokenizer }
      let path = try path(ofVocabulary: name)
      let tokenizer = try Tokenizer(TokenizerDescription(GGUFFile(path: path)))
      if path.contains("attune-test-") { try FileManager.default.removeItem(atPath: path) }
      made[name] = tokenizer
      return tokenizer
    }
  }
}

enum FixtureError: Error {
  case lengths(Int, Int)
  case gzip(String)
}
