/// A value that stands in a session's file as the text it is written as everywhere else.
public protocol TextCoded: Codable, LosslessStringConvertible {
  /// What a text of that form looks like, for an error: `ids such as 1-3,7`.
  static var form: String { get }
}

extension TextCoded {
  /// Reads the text form.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = Self(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected \(Self.form)")
    }
    self = value
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
