import Engine

/// A file of prompts to try, and of probes: JSON Lines of `{"prompt": …}` with or without expectations.
public struct PromptSuite: Sendable, Equatable {
  /// The file.
  public let path: String
  /// The file's name without its folder and ending.
  public var name: String { PromptSuite.name(path) }
  /// The prompts in order, with what is expected of the replies.
  public private(set) var entries: [Probe] = []
  /// Lines that could not be read.
  public private(set) var bad: [BadLine] = []
  /// Keys that nobody knows, each once.
  public private(set) var unknownKeys: [String] = []

  /// The prompts of which anything is expected.
  public var probes: [Probe] { entries.filter { !$0.expectations.isEmpty } }

  /// Reads a suite; throws where the file cannot be read.
  public init(path: String) throws(DataError) {
    do {
      self.init(path: path, bytes: try FileBytes.read(path))
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
  }

  /// Reads the bytes of the suite at `path`.
  public init(path: String, bytes: [UInt8]) {
    self.path = path
    for record in JSONLines.records(bytes) {
      do {
        let (probe, unknown) = try ProbeReader.read(record.value.get(), line: record.number)
        entries.append(probe)
        for key in unknown where !unknownKeys.contains(key) { unknownKeys.append(key) }
      } catch let error as ProbeReader.Problem {
        bad.append(BadLine(number: record.number, problem: error.text))
      } catch {
        bad.append(BadLine(number: record.number, problem: "this is not JSON, \(error)"))
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
