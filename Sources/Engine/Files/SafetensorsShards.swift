/// The safetensors of a model folder: `model.safetensors`, or several files under an index.
///
/// Source: Hugging Face's `model.safetensors.index.json`: `weight_map` gives each tensor's file.
public struct SafetensorsShards: Sendable {
  /// A tensor with the file that holds it.
  public struct Located: Sendable {
    /// The file.
    public let file: SafetensorsFile
    /// The tensor in it.
    public let tensor: SafetensorsTensor

    /// Its bytes; valid as long as this value is held.
    public var bytes: UnsafeRawBufferPointer { file.bytes(of: tensor) }
    /// Its numbers, row-major. Throws where this build cannot decode its dtype.
    public func floats() throws(ModelFileError) -> [Float] { try file.floats(of: tensor) }
  }

  /// The folder.
  public let path: String
  /// The files, sorted by name.
  public let files: [SafetensorsFile]

  private let places: [String: Int]

  /// Opens all files of the folder at `path`.
  public init(folder path: String) throws(ModelFileError) {
    let single = path + "/model.safetensors"
    let index = path + "/model.safetensors.index.json"
    var places: [String: Int] = [:]
    if !DurableFile.exists(single), DurableFile.exists(index) {
      let map = try Self.weightMap(index)
      let names = Set(map.values).sorted()
      var files: [SafetensorsFile] = []
      for name in names { files.append(try SafetensorsFile(path: path + "/" + name)) }
      for (tensor, name) in map {
        guard let place = names.firstIndex(of: name), files[place].tensor(tensor) != nil else {
          throw .missingTensor(path: path + "/" + name, tensor: tensor)
        }
        places[tensor] = place
      }
      self.files = files
    } else {
      files = [try SafetensorsFile(path: single)]
      for tensor in files[0].tensors { places[tensor.name] = 0 }
    }
    self.path = path
    self.places = places
  }

  /// All tensors' names, sorted.
  public var names: [String] { places.keys.sorted() }

  /// How many bytes all files take.
  public var byteCount: Int { files.reduce(0) { $0 + $1.file.count } }

  /// The tensor with this name, if the folder has one.
  public func tensor(_ name: String) -> Located? {
    guard let place = places[name], let tensor = files[place].tensor(name) else { return nil }
    return Located(file: files[place], tensor: tensor)
  }

  private static func weightMap(_ path: String) throws(ModelFileError) -> [String: String] {
    guard let map = try JSONObject(path: path)["weight_map"]?.object else {
      throw .missingKey(path: path, key: "weight_map")
    }
    var files: [String: String] = [:]
    for member in map.members {
      // An index must not lead out of its folder.
      guard let name = member.value.string, !name.isEmpty, !name.contains("/"), name != "..",
        !name.utf8.contains(0)
      else {
        throw .malformed(
          path: path, place: .key(member.key), expected: "the name of a file in the same folder",
          found: printable(member.value.text()))
      }
      files[member.key] = name
    }
    return files
  }
}
