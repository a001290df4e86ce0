/// A GGUF model file, mapped: its metadata and where each tensor lies. Versions 2 and 3.
///
/// Source: the GGUF specification (ggml's docs/gguf.md). Everything the file claims is checked
/// against its size before it is used, so a file that opens can be read anywhere without a further
/// check.
public struct GGUFFile: Sendable {
  /// The path it was opened by.
  public let path: String
  /// The format's version.
  public let version: Int
  /// All metadata by key.
  public let metadata: [String: GGUFValue]
  /// All tensors in the file's order.
  public let tensors: [GGUFTensor]
  /// The bytes.
  public let file: MappedFile

  private let places: [String: Int]

  /// Opens and checks the file at `path`. Reads the header only.
  public init(path: String) throws(ModelFileError) {
    let file: MappedFile
    do { file = try MappedFile(path: path) } catch { throw .file(error) }
    try self.init(file)
  }

  /// Reads the header of a file that is already mapped.
  public init(_ file: MappedFile) throws(ModelFileError) {
    var reader = GGUFReader(file)
    let header = try reader.header()
    let metadata = try reader.metadata(count: header.metadataCount)
    let tensors = try reader.tensors(count: header.tensorCount, metadata: metadata)
    var places: [String: Int] = [:]
    places.reserveCapacity(tensors.count)
    for (place, tensor) in tensors.enumerated() {
      guard places.updateValue(place, forKey: tensor.name) == nil else {
        throw .malformed(
          path: file.path, place: .tensor(tensor.name), expected: "each name once",
          found: "it twice")
      }
    }
    self.path = file.path
    self.version = Int(header.version)
    self.metadata = metadata
    self.tensors = tensors
    self.file = file
    self.places = places
  }

  /// Whether `file` starts as a GGUF file does.
  public static func isGGUF(_ file: MappedFile) -> Bool {
    file.bytes.prefix(4).elementsEqual(GGUFReader.magic)
  }

  /// The tensor with this name, if the file has one.
  public func tensor(_ name: String) -> GGUFTensor? {
    places[name].map { tensors[$0] }
  }

  /// The tensor's bytes; valid as long as `file` is held.
  public func bytes(of tensor: GGUFTensor) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: file.bytes[tensor.offset..<tensor.offset + tensor.byteCount])
  }

  /// The tensor's format. Throws where this build cannot decode it.
  public func format(of tensor: GGUFTensor) throws(ModelFileError) -> TensorFormat {
    guard let format = tensor.format else {
      throw .unsupportedTensorType(path: path, tensor: tensor.name, type: tensor.type.name)
    }
    return format
  }
}

extension GGUFFile {
  /// The integer at `key`. Throws where it is missing or something else.
  public func int(_ key: String) throws(ModelFileError) -> Int {
    try value(key, "an integer", \.int)
  }

  /// The float at `key`. Throws where it is missing or something else.
  public func float(_ key: String) throws(ModelFileError) -> Float {
    try value(key, "a float", \.float)
  }

  /// The text at `key`. Throws where it is missing or something else.
  public func string(_ key: String) throws(ModelFileError) -> String {
    try value(key, "a text", \.string)
  }

  /// The texts at `key`. Throws where they are missing or something else.
  public func strings(_ key: String) throws(ModelFileError) -> GGUFStrings {
    try value(key, "an array of texts", \.strings)
  }

  private func value<T>(
    _ key: String, _ expected: String, _ read: (GGUFValue) -> T?
  ) throws(ModelFileError) -> T {
    guard let value = metadata[key] else { throw .missingKey(path: path, key: key) }
    guard let result = read(value) else {
      throw .wrongKind(path: path, key: key, expected: expected, found: value.kind)
    }
    return result
  }
}
