import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Files that tests read.
enum Fixtures {
  /// The folder of all fixtures.
  static let folder: String = {
    let here = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    return "/\(here)/Fixtures"
  }()

  /// A fixture's path.
  static func path(_ name: String) -> String { folder + "/" + name }

  /// A fixture's text.
  static func text(_ name: String) throws -> String {
    let data = try #require(
      FileManager.default.contents(atPath: path(name)), "Tests/Fixtures/\(name) is missing")
    return String(decoding: data, as: UTF8.self)
  }

  /// A JSON fixture.
  static func json(_ name: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(text(name).utf8))
  }

  /// The tiny llama of random weights, without a tokenizer.
  static let tiny = path("tiny/llama")

  /// The tiny llama's rows as training data, and the values to expect.
  static func tinyData(in folder: TemporaryFolder) throws -> (data: String, golden: Value) {
    let golden = try json("tiny/llama/golden.json")
    let lines = zip(golden["rows"].array, golden["labels"].array).map {
      #"{"input_ids":\#($0.ids),"labels":\#($1.ids)}"#
    }
    return (try folder.write("rows.jsonl", lines.joined(separator: "\n") + "\n"), golden)
  }

  /// The real model: `$ATTUNE_TEST_MODEL`, or the default one in the model cache.
  static func model() throws -> String {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
    let path =
      environment["ATTUNE_TEST_MODEL"]
      ?? cache + "/attune/models/SmolLM2-135M-Instruct.Q4_1.gguf"
    try #require(
      FileManager.default.fileExists(atPath: path),
      "The model is not at \(path): run scripts/fetch-model, or set ATTUNE_TEST_MODEL.")
    return path
  }
}

/// Whether two numbers agree within `relative` of the second and `absolute`.
func agree(_ left: Double?, _ right: Double?, relative: Double, absolute: Double = 0) -> Bool {
  guard let left, let right else { return false }
  return abs(left - right) <= relative * abs(right) + absolute
}
