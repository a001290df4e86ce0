public import Engine

/// One example read from a data file.
public struct DataLine: Sendable, Equatable {
  /// The line's number, from 1 (of a JSON array: the element's).
  public var number: Int
  /// What it says.
  public var content: ExampleContent
  /// Keys Attune does not know, kept.
  public var extra: [String: JSONValue]
}

/// A line that could not be read, and why.
public struct BadLine: Error, Sendable, Equatable, CustomStringConvertible {
  /// The line's number, from 1.
  public var number: Int
  /// What was wrong and what was expected.
  public var problem: String
  /// `line 3: …`
  public var description: String { "line \(number): \(problem)" }
}

/// A data file: JSON Lines in any of the known shapes, detected line by line, or a JSON array of them.
public struct DataFile: Sendable, Equatable {
  /// What was read, in order.
  public var lines: [DataLine]
  /// What was not.
  public var bad: [BadLine]

  /// Reads a file; throws where it cannot be read at all.
  public init(path: String) throws(DataError) { fatalError("unfinished") }
  /// Reads the file's bytes.
  public init(bytes: [UInt8]) { fatalError("unfinished") }

  /// The training items for `model`, with the numbers of their lines. Lines that are stored but not trained
  /// are left out and counted; a line that makes no item throws, naming the line.
  public func items(for model: Model, system: String? = nil) throws(DataError) -> TrainingData {
    fatalError("unfinished")
  }
}

/// Training items and where they came from.
public struct TrainingData: Sendable, Equatable {
  /// The items, in the file's order.
  public var items: [TrainingItem]
  /// For each item, its line.
  public var lines: [Int]
  /// How many lines hold preferences or judgements, which are not trained.
  public var leftOut: Int
}

/// Why a data file gave nothing.
public enum DataError: Error, Equatable, CustomStringConvertible {
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// The file cannot be written.
  case unwritable(path: String, reason: String)
  /// A line makes no training item.
  case line(Int, ItemError)
  public var description: String { fatalError("unfinished") }
}
