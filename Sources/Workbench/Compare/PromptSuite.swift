public import Engine

/// A file of prompts to try: JSON Lines of `{"prompt": …}`.
public struct PromptSuite: Sendable, Equatable {
  /// One prompt; unknown keys are kept.
  public struct Entry: Sendable, Equatable {
    /// What to ask.
    public var prompt: String
    /// The line's other keys.
    public var extra: JSONObject
  }

  /// The file's name without its folder and ending.
  public var name: String
  /// The prompts in order.
  public private(set) var entries: [Entry] = []
  /// Lines that could not be read.
  public private(set) var bad: [BadLine] = []

  /// Reads a suite; throws where the file cannot be read.
  public init(path: String) throws(DataError) {
    name = PromptSuite.name(path)
    let bytes: [UInt8]
    do {
      bytes = try FileBytes.read(path)
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
    for record in JSONLines.records(bytes) {
      switch record.value {
      case .failure(let error):
        bad.append(BadLine(number: record.number, problem: "this is not JSON, \(error)"))
      case .success(let value):
        if var members = value.object, let prompt = members.removeValue(forKey: "prompt")?.string {
          entries.append(Entry(prompt: prompt, extra: members))
        } else if let prompt = value.string {
          entries.append(Entry(prompt: prompt, extra: [:]))
        } else {
          bad.append(
            BadLine(number: record.number, problem: "an object with a string `prompt` was expected")
          )
        }
      }
    }
  }

  /// The suites' paths in `folder` (`*.jsonl`), sorted; empty where there is no such folder.
  public static func paths(in folder: String) -> [String] {
    FileBytes.names(in: folder).filter { $0.hasSuffix(".jsonl") && !$0.hasPrefix(".") }
      .map { folder + "/" + $0 }
  }

  private static func name(_ path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.hasSuffix(".jsonl") ? String(file.dropLast(".jsonl".count)) : file
  }
}
