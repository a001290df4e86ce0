/// A metadata value as `inspect` shows it: long lists by their length and first items.
public enum MetadataValue: Sendable, Equatable, Encodable {
  case integer(Int)
  case number(Double)
  case bool(Bool)
  case text(String)
  case list(count: Int, first: [MetadataValue])

  // A list of all seven projections is shown whole; a vocabulary is recognised by less.
  private static let shown = 8

  private enum Keys: String, CodingKey { case count, first }

  /// A plain JSON value; a list as `{"count": …, "first": […]}`.
  public func encode(to encoder: any Encoder) throws {
    var single = encoder.singleValueContainer()
    switch self {
    case .integer(let value): try single.encode(value)
    // JSON has no word for infinity.
    case .number(let value) where !value.isFinite: try single.encode("\(value)")
    case .number(let value): try single.encode(value)
    case .bool(let value): try single.encode(value)
    case .text(let value): try single.encode(value)
    case .list(let count, let first):
      var keyed = encoder.container(keyedBy: Keys.self)
      try keyed.encode(count, forKey: .count)
      try keyed.encode(first, forKey: .first)
    }
  }

  /// The value on one line for people.
  public var line: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .bool(let value): value ? "true" : "false"
    case .text(let value): printable(value)
    case .list(let count, let first):
      "["
        + (first.map(\.line) + (count > first.count ? ["… \(count) in all"] : []))
        .joined(separator: ", ") + "]"
    }
  }

  /// A GGUF value.
  init(_ value: GGUFValue) {
    self =
      switch value {
      case .unsigned(let value): Int(exactly: value).map { .integer($0) } ?? .text("\(value)")
      case .signed(let value): .integer(Int(value))
      case .float(let value): Self.number(value)
      case .double(let value): .number(value)
      case .bool(let value): .bool(value)
      case .string(let value): .text(value)
      case .strings(let values):
        .list(
          count: values.count,
          first: values.prefix(Self.shown).map { .text(String(decoding: $0, as: UTF8.self)) })
      case .numbers(let values): Self.list(values)
      }
  }

  /// A JSON value.
  init(_ value: JSONValue) {
    self =
      switch value {
      case .null: .text("null")
      case .bool(let value): .bool(value)
      case .numeral(let digits): Int(digits).map { .integer($0) } ?? .number(Double(digits) ?? .nan)
      case .string(let value): .text(value)
      case .array(let values):
        .list(count: values.count, first: values.prefix(Self.shown).map { MetadataValue($0) })
      case .object: .text(value.text())
      }
  }

  private static func list(_ values: GGUFNumbers) -> MetadataValue {
    let first: [MetadataValue] =
      if values.element == .bool {
        values.ints?.prefix(shown).map { .bool($0 != 0) } ?? []
      } else if let ints = values.ints {
        ints.prefix(shown).map { .integer($0) }
      } else {
        values.floats.prefix(shown).map { number($0) }
      }
    return .list(count: values.count, first: first)
  }

  /// The shortest decimal that is this float: 1e-05, not 9.999999747378752e-06.
  private static func number(_ value: Float) -> MetadataValue {
    .number(Double("\(value)") ?? Double(value))
  }
}
