public import Engine

/// One example read from a data file.
public struct DataLine: Sendable, Equatable {
  /// The line's number, from 1 (in a JSON array: the element's).
  public var number: Int
  /// What it says.
  public var content: ExampleContent
  /// Keys Attune does not know, kept.
  public var extra: JSONObject

  package init(number: Int, content: ExampleContent, extra: JSONObject) {
    self.number = number
    self.content = content
    self.extra = extra
  }
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

/// A data file: JSON Lines in any of the known shapes, detected line by line, or one JSON array of them.
///
/// Good lines are kept whatever the others are like.
public struct DataFile: Sendable, Equatable {
  /// What was read, in order.
  public private(set) var lines: [DataLine] = []
  /// What was not.
  public private(set) var bad: [BadLine] = []

  /// Reads a file; throws where it cannot be read at all.
  public init(path: String) throws(DataError) {
    do {
      self.init(bytes: try FileBytes.read(path))
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
  }

  /// Reads the file's bytes.
  public init(bytes: [UInt8]) {
    for record in JSONLines.records(bytes) {
      switch record.value {
      case .success(let value): take(value, number: record.number)
      case .failure(let error):
        bad.append(BadLine(number: record.number, problem: "this is not JSON, \(error)"))
      }
    }
  }

  private mutating func take(_ value: JSONValue, number: Int) {
    do throws(ShapeError) {
      let (content, extra) = try DataShape.read(value)
      lines.append(DataLine(number: number, content: content, extra: extra))
    } catch {
      bad.append(BadLine(number: number, problem: error.problem))
    }
  }

  /// The training items for `model`, with the numbers of their lines; a line that makes no item throws, naming
  /// the line.
  ///
  /// With `trainable`, a line in which no token is trained throws too; scoring has no need of that.
  public func items(for model: Model, system: String? = nil, trainable: Bool = false)
    throws(DataError) -> TrainingData
  {
    let maker = ItemMaker(model)
    return try items(system: system, trainable: trainable) {
      (content, system) throws(ItemError) in try maker.item(content, system: system)
    }
  }

  /// The training items that `make` makes.
  func items(
    system: String?, trainable: Bool = false,
    make: (ExampleContent, String?) throws(ItemError) -> TrainingItem
  ) throws(DataError) -> TrainingData {
    var data = TrainingData(items: [], lines: [])
    for line in lines {
      do throws(ItemError) {
        let item = try make(line.content, system)
        if trainable, item.trainedCount == 0 { throw .nothingTrained }
        data.items.append(item)
        data.lines.append(line.number)
      } catch {
        throw .line(line.number, error)
      }
    }
    return data
  }
}

/// Training items and where they came from.
public struct TrainingData: Sendable, Equatable {
  /// The items, in the file's order.
  public var items: [TrainingItem]
  /// For each item, its line.
  public var lines: [Int]
}

/// Why a data file gave nothing.
public enum DataError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// The file cannot be written.
  case unwritable(path: String, reason: String)
  /// A line makes no training item.
  case line(Int, ItemError)

  /// One or two sentences: what happened, where, what to do next.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path) cannot be read: \(reason). Check the path."
    case .unwritable(let path, let reason):
      "\(path) cannot be written: \(reason). Choose another place."
    case .line(let number, let error):
      "Line \(number) cannot be used. \(error)"
    }
  }
}
