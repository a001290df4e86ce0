/// Where a JSON text goes wrong, and how.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The offset in bytes from the start of the text.
  public let offset: Int
  /// The line, from 1.
  public let line: Int
  /// What was expected there.
  public let expected: String
  /// What stands there instead: `'}'`, `the end`.
  public let found: String

  /// A fault at `offset` bytes from the text's start, on the line of that number.
  package init(offset: Int, line: Int, expected: String, found: String) {
    self.offset = offset
    self.line = line
    self.expected = expected
    self.found = found
  }

  /// What a fault at a text's end has found.
  static let end = "the end"

  /// `at byte 7: expected ',' or ']', found '3'`
  public var description: String {
    "at byte \(offset + 1): expected \(expected), "
      + (found == JSONError.end ? "but the text ends" : "found \(found)")
  }
}

/// What a reader of JSON lets pass, beyond what RFC 8259 says.
package struct JSONRules: Sendable {
  /// What becomes of a key that stands in an object twice.
  package enum Duplicates: Sendable { case refused, lastCounts }

  package var duplicates: Duplicates
  /// Deeper nesting is refused, as each level takes stack.
  package var depth: Int
  /// Whether a number must be within reach of 64-bit floats.
  package var isFinite: Bool

  /// For files that a model or adapter is made of. Two readers could take a key that stands twice
  /// for different tensors.
  package static let strict = JSONRules(duplicates: .refused, depth: 64, isFinite: false)

  /// For what people and other programs hand over. Numbers must be fit to be written again by
  /// programs that keep them as floats.
  package static let data = JSONRules(duplicates: .lastCounts, depth: 200, isFinite: true)
}
