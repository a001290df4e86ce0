import Engine
import Testing

@Suite("Safetensors in several files")
struct SafetensorsShardsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (name, value) in [("one", Float(1)), ("two", 2)] {
      try SafetensorsFile.write(
        [SafetensorsEntry(name: name, shape: [1], values: [value])],
        to: folder.path + "/\(name).safetensors")
    }
  }

  private func index(_ map: String) throws {
    try folder.write("model.safetensors.index.json", "{\"metadata\":{},\"weight_map\":\(map)}")
  }

  @Test func findsEachTensorInItsFile() throws {
    try index("{\"two\":\"two.safetensors\",\"one\":\"one.safetensors\"}")
    let shards = try SafetensorsShards(folder: folder.path)
    #expect(shards.files.count == 2)
    #expect(shards.names == ["one", "two"])
    #expect(try shards.tensor("one")?.floats() == [1])
    #expect(try shards.tensor("two")?.floats() == [2])
    #expect(shards.tensor("three") == nil)
  }

  @Test func prefersTheSingleFile() throws {
    try index("{\"one\":\"one.safetensors\"}")
    try SafetensorsFile.write(
      [SafetensorsEntry(name: "all", shape: [1], values: [3])],
      to: folder.path + "/model.safetensors")
    #expect(try SafetensorsShards(folder: folder.path).names == ["all"])
  }

  @Test func namesWhatIsMissing() throws {
    let path = folder.path
    #expect(throws: ModelFileError.file(.missing(path: path + "/model.safetensors"))) {
      try SafetensorsShards(folder: path)
    }
    try index("{\"one\":\"two.safetensors\"}")
    #expect(
      throws: ModelFileError.missingTensor(path: path + "/two.safetensors", tensor: "one")
    ) {
      try SafetensorsShards(folder: path)
    }
    try index("{\"one\":\"gone.safetensors\"}")
    #expect(throws: ModelFileError.file(.missing(path: path + "/gone.safetensors"))) {
      try SafetensorsShards(folder: path)
    }
  }

  @Test(arguments: [
    "\"../one.safetensors\"", "\"/etc/passwd\"", "\"..\"", "7", "\"\"", "\"a\\u0000\"",
  ])
  func staysInItsFolder(file: String) throws {
    try index("{\"one\":\(file)}")
    let error = #expect(throws: ModelFileError.self) { try SafetensorsShards(folder: folder.path) }
    if case .malformed(_, .key("one"), _, _) = error {
    } else {
      Issue.record("\(String(describing: error))")
    }
  }
}
