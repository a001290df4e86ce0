/// A model as a folder of config.json and safetensors, as Hugging Face keeps it.
public struct HuggingFaceFolder: Sendable {
  /// The folder.
  public let path: String
  /// What config.json says.
  public let config: HuggingFaceConfig
  /// The weights.
  public let weights: SafetensorsShards

  /// Opens the folder at `path`. Reads headers only.
  public init(path: String) throws(ModelFileError) {
    guard DurableFile.isFolder(path) else { throw .file(.missing(path: path)) }
    self.path = path
    config = try HuggingFaceConfig(folder: path)
    weights = try SafetensorsShards(folder: path)
  }

  /// The tensor with this name and shape (out, in). Throws where it is missing or of another shape.
  public func tensor(
    _ name: String, shape: [Int]
  ) throws(ModelFileError) -> SafetensorsShards.Located {
    guard let located = weights.tensor(name) else {
      throw .missingTensor(path: path, tensor: name)
    }
    guard located.tensor.shape == shape else {
      throw .wrongShape(
        path: located.file.path, tensor: name, expected: shape, found: located.tensor.shape)
    }
    return located
  }
}
