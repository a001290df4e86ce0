import Engine
import Testing

@Suite("Safetensors files")
struct SafetensorsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let entries = [
    SafetensorsEntry(name: "b.weight", shape: [2, 3], values: [1, 2, 3, 4, 5, -6.5]),
    SafetensorsEntry(name: "a \"é\"", shape: [], values: [0x1p-149]),
    SafetensorsEntry(name: "c", shape: [0, 4], values: []),
  ]

  private func write(_ entries: [SafetensorsEntry]) throws -> String {
    let path = folder.path + "/model.safetensors"
    try SafetensorsFile.write(entries, to: path)
    return path
  }

  @Test func readsBackWhatItWrote() throws {
    let file = try SafetensorsFile(path: try write(Self.entries))
    #expect(file.metadata == ["format": "pt"])
    #expect(file.tensors.count == 3)
    for entry in Self.entries {
      let tensor = try #require(file.tensor(entry.name))
      #expect(tensor.shape == entry.shape)
      #expect(tensor.format == .f32)
      #expect(try file.floats(of: tensor) == entry.values)
    }
  }

  @Test func writesTheSameBytesInAnyOrderAndAlignsData() throws {
    _ = try write(Self.entries)
    let bytes = try folder.read("model.safetensors")
    _ = try write(Self.entries.reversed())
    #expect(try folder.read("model.safetensors") == bytes)
    let header = Int(bytes[0]) | Int(bytes[1]) << 8
    #expect((8 + header) % 8 == 0)
    let text = String(decoding: bytes[8..<8 + header], as: UTF8.self)
    #expect(
      text.hasPrefix(
        "{\"__metadata__\":{\"format\":\"pt\"},\"a \\\"é\\\"\":{\"dtype\":\"F32\",\"shape\":[],"
          + "\"data_offsets\":[0,4]},\"b.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],"
          + "\"data_offsets\":[4,28]},\"c\":"))
    #expect(bytes.count == 8 + header + 28)
  }

  /// A file with any header and some bytes of data.
  private func make(_ header: String, data: [UInt8] = [], length: UInt64? = nil) throws -> String {
    var bytes = Bytes()
    bytes.add(length ?? UInt64(header.utf8.count))
    bytes.all += Array(header.utf8) + data
    return try folder.write("made.safetensors", bytes.all)
  }

  @Test func decodesHalves() throws {
    let file = try SafetensorsFile(
      path: try make(
        """
        {"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},
         "b":{"dtype":"BF16","shape":[1],"data_offsets":[4,6]},
         "i":{"dtype":"I8","shape":[2],"data_offsets":[6,8]},
         "z":{"dtype":"Z9","shape":[2],"data_offsets":[8,9]}}
        """, data: [0x00, 0x3c, 0x00, 0xc0, 0x40, 0xc0, 1, 2, 3]))
    #expect(try file.floats(of: try #require(file.tensor("h"))) == [1, -2])
    #expect(try file.floats(of: try #require(file.tensor("b"))) == [-3])
    for (name, dtype) in [("i", "I8"), ("z", "Z9")] {
      let tensor = try #require(file.tensor(name))
      let error = #expect(throws: ModelFileError.self) { try file.floats(of: tensor) }
      #expect(
        error
          == .unsupportedTensorType(path: file.path, tensor: name, type: "\"\(dtype)\""))
    }
  }

  @Test(arguments: [
    "[]", "{", "{\"a\":1}", "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,4]}}",
    "{\"a\":{\"dtype\":\"Z\",\"shape\":[1],\"data_offsets\":[0,9223372036854775807]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
      + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
    "{\"__metadata__\":3}",
  ])
  func refusesHeadersThatLie(header: String) throws {
    let path = try make(header, data: [0, 0, 0, 0, 0, 0, 0, 0])
    let error = #expect(throws: ModelFileError.self) { try SafetensorsFile(path: path) }
    if case .malformed = error {} else { Issue.record("\(String(describing: error))") }
  }

  @Test func saysWhereACutFileStops() throws {
    let header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[100],\"data_offsets\":[0,400]}}"
    let path = try make(header, data: [0, 0])
    let size = 8 + header.utf8.count
    #expect(throws: ModelFileError.truncated(path: path, need: size + 400, have: size + 2)) {
      try SafetensorsFile(path: path)
    }
    for length: UInt64 in [1 << 40, .max] {
      let path = try make(header, length: length)
      #expect(throws: ModelFileError.self) { try SafetensorsFile(path: path) }
    }
    let long = try make(header, length: 1000)
    #expect(throws: ModelFileError.truncated(path: long, need: 1008, have: size)) {
      try SafetensorsFile(path: long)
    }
  }

  @Test func survivesEveryCutAndEveryByteChanged() throws {
    _ = try write(Self.entries)
    let whole = try folder.read("model.safetensors")
    for count in 1..<whole.count {
      let path = try folder.write("cut.safetensors", Array(whole.prefix(count)))
      #expect(throws: ModelFileError.self) { try SafetensorsFile(path: path) }
    }
    var random = SplitMix(seed: 5)
    var opened = 0
    for place in whole.indices {
      for value in [0, 0xff, whole[place] ^ 1, UInt8(random.below(256)), 0x22, 0x7d] {
        var bytes = whole
        bytes[place] = value
        let path = try folder.write("changed.safetensors", bytes)
        do {
          let file = try SafetensorsFile(path: path)
          for tensor in file.tensors where tensor.format != nil {
            opened += try file.floats(of: tensor).count == tensor.elementCount ? 1 : 0
          }
        } catch {}
      }
    }
    #expect(opened > whole.count)
  }
}
