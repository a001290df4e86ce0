/// The settings in a JSON file, read with errors that name the file and the key.
///
/// A key that is missing or `null` reads as nil: writers of such files leave out and null alike.
public struct JSONSettings: Sendable, Equatable {
  /// The file they came from.
  public let path: String
  /// All of them.
  public let object: JSONObject

  /// Settings that were read from the file at `path`.
  init(path: String, object: JSONObject) {
    self.path = path
    self.object = object
  }

  /// Reads the file at `path`.
  public init(path: String) throws(ModelFileError) {
    self.init(path: path, object: try JSONObject(path: path))
  }

  /// The integer at `key`.
  public func int(_ key: String) throws(ModelFileError) -> Int? {
    try value(key, "an integer", \.int)
  }

  /// The number at `key`.
  public func float(_ key: String) throws(ModelFileError) -> Float? {
    try value(key, "a number", \.double).map { Float($0) }
  }

  /// The truth value at `key`.
  public func bool(_ key: String) throws(ModelFileError) -> Bool? {
    try value(key, "true or false", \.bool)
  }

  /// The text at `key`.
  public func string(_ key: String) throws(ModelFileError) -> String? {
    try value(key, "a text", \.string)
  }

  /// The texts at `key`.
  public func strings(_ key: String) throws(ModelFileError) -> [String]? {
    try value(key, "a list of texts") { value in
      value.array.flatMap { all($0.map(\.string)) }
    }
  }

  /// The integers at `key`; a single one counts as a list of one.
  public func ints(_ key: String) throws(ModelFileError) -> [Int]? {
    try value(key, "an integer or a list of integers") { value in
      value.int.map { [$0] } ?? value.array.flatMap { all($0.map(\.int)) }
    }
  }

  /// The settings inside the object at `key`.
  public func settings(_ key: String) throws(ModelFileError) -> JSONSettings? {
    try value(key, "an object", \.object).map { JSONSettings(path: path, object: $0) }
  }

  /// A positive integer at `key`, below 2^31. Throws where it is missing or out of that range.
  public func size(_ key: String) throws(ModelFileError) -> Int {
    guard let size = try optionalSize(key) else { throw .missingKey(path: path, key: key) }
    return size
  }

  /// A positive integer at `key`, below 2^31, if there is one. Throws where it is out of that
  /// range.
  public func optionalSize(_ key: String) throws(ModelFileError) -> Int? {
    guard let size = try int(key) else { return nil }
    // The bound keeps products of two sizes far from overflow.
    guard size > 0, size < 1 << 31 else {
      throw .malformed(
        path: path, place: .key(key), expected: "a size above 0 and below 2147483648",
        found: "\(size)")
    }
    return size
  }

  private func all<T>(_ values: [T?]) -> [T]? {
    let present = values.compactMap { $0 }
    return present.count == values.count ? present : nil
  }

  private func value<T>(
    _ key: String, _ expected: String, _ read: (JSONValue) -> T?
  ) throws(ModelFileError) -> T? {
    guard let value = object[key], value != .null else { return nil }
    guard let result = read(value) else {
      throw .wrongKind(path: path, key: key, expected: expected, found: printable(value.text()))
    }
    return result
  }
}
