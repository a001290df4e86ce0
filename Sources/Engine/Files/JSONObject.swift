/// A JSON object: its members in order, no key twice, and quick to look up.
///
/// Two objects are equal where their members are, whatever the order: to JSON it means nothing.
public struct JSONObject: Sendable {
  /// One key with its value.
  public struct Member: Sendable, Equatable {
    /// The key.
    public let key: String
    /// The value.
    public fileprivate(set) var value: JSONValue
  }

  /// The members in order.
  public private(set) var members: [Member] = []
  private var places: [String: Int] = [:]

  /// An object without members.
  public init() {}

  /// The keys in order.
  public var keys: [String] { members.map(\.key) }

  /// Whether there is no member.
  public var isEmpty: Bool { members.isEmpty }

  /// The value at `key`. A new key goes to the end; nil takes it out.
  public subscript(key: String) -> JSONValue? {
    get { places[key].map { members[$0].value } }
    set {
      guard let newValue else {
        removeValue(forKey: key)
        return
      }
      if let place = places[key] {
        members[place].value = newValue
      } else {
        append(key, newValue)
      }
    }
  }

  /// Adds a member at the end; false where the key is there already.
  @discardableResult
  public mutating func append(_ key: String, _ value: JSONValue) -> Bool {
    guard places[key] == nil else { return false }
    places[key] = members.count
    members.append(Member(key: key, value: value))
    return true
  }

  /// Takes in the members of `other`, which win over those of the same key.
  public mutating func merge(_ other: JSONObject) {
    for member in other.members { self[member.key] = member.value }
  }

  /// Takes the member at `key` out.
  @discardableResult
  public mutating func removeValue(forKey key: String) -> JSONValue? {
    guard let place = places.removeValue(forKey: key) else { return nil }
    let member = members.remove(at: place)
    for later in place..<members.count { places[members[later].key] = later }
    return member.value
  }
}

extension JSONObject: Equatable {
  /// Whether both have the same keys with the same values.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.members.count == right.members.count
      && left.members.allSatisfy { right[$0.key] == $0.value }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// The members as they stand in the code, where no key may stand twice.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    for (key, value) in elements {
      let isNew = append(key, value)
      precondition(isNew, "the key \(key) stands twice")
    }
  }
}

extension JSONObject: Codable {
  /// Reads any JSON object. A decoder does not tell the order of keys, so they are sorted.
  public init(from decoder: any Decoder) throws {
    let values = try [String: JSONValue](from: decoder)
    for (key, value) in values.sorted(by: { $0.key < $1.key }) { append(key, value) }
  }

  /// Writes the members in the encoder's own order.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    // As a dictionary, because an encoder may rename the keys of other types.
    try container.encode(
      Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }))
  }
}

extension JSONObject {
  /// The object that the file at `path` holds; `place` says which line is wrong where one is.
  init(path: String) throws(ModelFileError) {
    let file: MappedFile
    do { file = try MappedFile(path: path) } catch { throw .file(error) }
    do {
      self = try JSONReader.object(file.bytes)
    } catch {
      throw .malformed(
        path: path, place: .line(error.line), expected: error.expected, found: error.found)
    }
  }
}
