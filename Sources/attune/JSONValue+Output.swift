import Engine

extension JSONValue {
  /// `value`, rounded to `places` decimals.
  static func rounded(_ value: Double, places: Int) -> JSONValue {
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    return .number((value * scale).rounded() / scale)
  }

  /// An array of token ids.
  static func ids(_ ids: [Token]) -> JSONValue { .array(ids.map { .integer($0) }) }
}
