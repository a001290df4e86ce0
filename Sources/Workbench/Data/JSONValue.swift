/// Any JSON value. Integers that fit stay integers, so that they are written as they were read.
public enum JSONValue: Sendable, Equatable, Hashable, Codable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  public init(from decoder: any Decoder) throws { fatalError("unfinished") }
  public func encode(to encoder: any Encoder) throws { fatalError("unfinished") }

  /// Parses one JSON document in UTF-8.
  public init(_ bytes: [UInt8]) throws(JSONError) { fatalError("unfinished") }
  /// The value as one line of JSON, keys sorted.
  public var json: String { fatalError("unfinished") }
}

/// Where JSON text goes wrong.
public struct JSONError: Error, Equatable, CustomStringConvertible {
  /// The byte offset.
  public var offset: Int
  /// What was expected there.
  public var expected: String
  public var description: String { "at byte \(offset): expected \(expected)" }
}
