import Engine

/// What `tokenize` and `detokenize` read from standard input.
enum TokenInput {
  /// A JSON array of strings.
  static func strings(_ bytes: [UInt8]) throws -> [String] {
    try elements(bytes, of: "strings").enumerated().map { index, value in
      guard case .string(let text) = value else {
        throw TokenInputError.element(index, expected: "a string")
      }
      return text
    }
  }

  /// A JSON array of arrays of token ids.
  static func ids(_ bytes: [UInt8]) throws -> [[Token]] {
    try elements(bytes, of: "arrays of token ids").enumerated().map { index, value in
      let expected = "an array of token ids"
      guard case .array(let values) = value else {
        throw TokenInputError.element(index, expected: expected)
      }
      return try values.map { value in
        guard case .numeral(let digits) = value, let token = Token(digits) else {
          throw TokenInputError.element(index, expected: expected)
        }
        return token
      }
    }
  }

  private static func elements(_ bytes: [UInt8], of kind: String) throws -> [JSONValue] {
    do {
      guard case .array(let values) = try JSONValue(bytes) else {
        throw TokenInputError.notAnArray(of: kind, reason: nil)
      }
      return values
    } catch let error as JSONError {
      throw TokenInputError.notAnArray(of: kind, reason: error.description)
    }
  }
}

/// Why standard input could not be used.
enum TokenInputError: Error, Equatable, CustomStringConvertible {
  case notAnArray(of: String, reason: String?)
  case element(Int, expected: String)
  case unknownToken(Token, array: Int, vocabulary: Int)

  var description: String {
    switch self {
    case .notAnArray(let kind, let reason):
      "Standard input must be a JSON array of \(kind)" + (reason.map { "; \($0)" } ?? "") + "."
    case .element(let index, let expected):
      "Element \(index) of standard input's array (counted from 0) is not \(expected)."
    case .unknownToken(let id, let array, let vocabulary):
      "Array \(array) (counted from 0) holds the token \(id); this model's ids are 0 to \(vocabulary - 1)."
    }
  }
}
