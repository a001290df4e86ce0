import Engine
import Testing

@Suite("GGUF files that lie")
struct GGUFHostileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func error(_ bytes: [UInt8]) throws -> ModelFileError? {
    let path = try folder.write("model.gguf", bytes)
    return #expect(throws: ModelFileError.self) { try GGUFFile(path: path) }
  }

  private func error(_ change: (inout GGUFBuilder) -> Void) throws -> ModelFileError? {
    var builder = GGUFBuilder.small
    change(&builder)
    return try error(builder.bytes)
  }

  private func isMalformed(_ error: ModelFileError?, _ place: ModelFileError.Place) -> Bool {
    if case .malformed(_, place, _, _) = error { true } else { false }
  }

  private func isTruncated(_ error: ModelFileError?) -> Bool {
    if case .truncated = error { true } else { false }
  }

  @Test func refusesOtherFilesAndVersionsByName() throws {
    let path = folder.path + "/model.gguf"
    #expect(
      try error { $0.magic = Array("GGML".utf8) }
        == .notGGUF(path: path, found: Array("GGML".utf8)))
    #expect(try error([0x47]) == .notGGUF(path: path, found: [0x47]))
    #expect(try error { $0.version = 1 } == .unsupportedVersion(path: path, version: 1))
    #expect(try error { $0.version = 4 } == .unsupportedVersion(path: path, version: 4))
    #expect(try error { $0.version = 0 } == .unsupportedVersion(path: path, version: 0))
    #expect(try error { $0.version = UInt32(3).byteSwapped } == .bigEndian(path: path))
  }

  @Test func refusesWhatIsNoFile() throws {
    let missing = folder.path + "/none.gguf"
    #expect(throws: ModelFileError.file(.missing(path: missing))) { try GGUFFile(path: missing) }
    #expect(throws: ModelFileError.file(.isFolder(path: folder.path))) {
      try GGUFFile(path: folder.path)
    }
    let empty = try folder.write("empty.gguf", [])
    #expect(throws: ModelFileError.file(.empty(path: empty))) { try GGUFFile(path: empty) }
    #expect(throws: ModelFileError.file(.notAFile(path: "/dev/null"))) {
      try GGUFFile(path: "/dev/null")
    }
  }

  @Test(arguments: [1 << 60, UInt64.max, 1 << 63, 100])
  func refusesCountsBeyondTheFile(count: UInt64) throws {
    #expect(isTruncated(try error { $0.tensorCount = count }))
    #expect(isTruncated(try error { $0.metadataCount = count }))
    for element: UInt32 in [0, 4, 8, 12] {
      var array = Bytes()
      array.add(element)
      array.add(count == 100 ? 5000 : count)
      #expect(isTruncated(try error { $0.add("test.array", .raw(9, array.all)) }))
    }
    var text = Bytes()
    text.add(count == 100 ? 5000 : count)
    #expect(isTruncated(try error { $0.add("test.text", .raw(8, text.all)) }))
  }

  @Test func refusesUnknownAndNestedKinds() throws {
    var nested = Bytes()
    nested.add(UInt32(9))
    nested.add(UInt64(0))
    #expect(
      isMalformed(
        try error { $0.add("test.nested", .raw(9, nested.all)) }, .key("test.nested")))
    if case .malformed(_, .byte, _, "13") = try error({ $0.add("test", .raw(13, [])) }) {
    } else {
      Issue.record("an unknown kind of value must be named")
    }
  }

  @Test func refusesDuplicates() throws {
    #expect(
      isMalformed(
        try error { $0.add("general.name", .string("again")) }, .key("general.name")))
    #expect(
      isMalformed(
        try error { $0.add("blk.0.attn_norm.weight", [1], type: 0, bytes: [0, 0, 0, 0]) },
        .tensor("blk.0.attn_norm.weight")))
  }

  @Test func refusesNamesThatAreNotText() throws {
    if case .malformed(_, .byte, "a name in UTF-8", _) = try error({ $0.tensors[1].name = [0xff] })
    {
    } else {
      Issue.record("a name that is not UTF-8 must be refused")
    }
    if case .malformed(_, .byte, "a name in UTF-8", _) = try error({
      $0.metadata[1].key = [0xc3, 0x28]
    }) {
    } else {
      Issue.record("a key that is not UTF-8 must be refused")
    }
  }

  @Test(
    arguments: [
      [], [0], [32, 0], [1 << 62, 4], [UInt64.max, 1], [1 << 40, 1 << 40], [1, 1, 1, 1, 1], [33],
    ] as [[UInt64]])
  func refusesShapes(dimensions: [UInt64]) throws {
    let found = try error { $0.add("odd", dimensions, type: 8, bytes: [0]) }
    #expect(isMalformed(found, .tensor("odd")))
  }

  @Test func refusesOffsetsOutsideTheFile() throws {
    for offset: UInt64 in [1 << 62, UInt64(Int.max) - 31, 1 << 20] {
      #expect(isTruncated(try error { $0.add("far", [1], type: 0, bytes: [], offset: offset) }))
    }
    #expect(
      isMalformed(
        try error { $0.add("odd", [1], type: 0, bytes: [0, 0, 0, 0], offset: 4) }, .tensor("odd")))
    var builder = GGUFBuilder.small
    builder.tensors[3].offset = 0
    // Tensors may share bytes: tied weights are stored so by some writers.
    #expect(throws: Never.self) {
      try GGUFFile(path: try folder.write("shared.gguf", builder.bytes))
    }
  }

  @Test func refusesTypesGGMLHasNot() throws {
    for type: UInt32 in [4, 5, 31, 36, 1000, .max] {
      let found = try error { $0.add("odd", [256], type: type, bytes: []) }
      #expect(
        found
          == .unsupportedTensorType(
            path: folder.path + "/model.gguf", tensor: "odd", type: "tensor type \(type)"))
    }
  }

  @Test func refusesAlignments() throws {
    for value: GGUFBuilder.Value in [.uint32(0), .uint32(24), .string("32"), .int32(-32)] {
      let found = try error { $0.add("general.alignment", value) }
      #expect(isMalformed(found, .key("general.alignment")))
    }
  }

  @Test func saysWhereACutFileStops() throws {
    let whole = GGUFBuilder.small.bytes
    let found = try error(Array(whole.dropLast(5)))
    #expect(
      found
        == .truncated(
          path: folder.path + "/model.gguf", need: whole.count, have: whole.count - 5))
    let text = "\(try #require(found))"
    #expect(text.contains("stops at byte \(whole.count - 5)"))
    #expect(text.contains("attune fetch"))
  }

  @Test func survivesACutAtEveryByte() throws {
    let whole = GGUFBuilder.small.bytes
    for count in 1..<whole.count { _ = try error(Array(whole.prefix(count))) }
  }

  @Test func survivesEveryByteChanged() throws {
    let whole = GGUFBuilder.small.bytes
    var random = SplitMix(seed: 11)
    var opened = 0
    for place in whole.indices {
      for value in [0, 0xff, whole[place] ^ 0x80, whole[place] ^ 1, UInt8(random.below(256))] {
        var bytes = whole
        bytes[place] = value
        let path = try folder.write("model.gguf", bytes)
        do {
          opened += try use(GGUFFile(path: path)) > 0 ? 1 : 0
        } catch {}
      }
    }
    #expect(opened > whole.count)
  }

  /// Reads all that a file offers, so that a wrong bound would show.
  private func use(_ file: GGUFFile) -> Int {
    var sum = 1
    for value in file.metadata.values {
      sum &+= (value.strings ?? []).reduce(0) { $0 &+ $1.count }
      sum &+= (value.ints ?? []).count &+ (value.floats ?? []).count
      sum &+= value.string?.utf8.count ?? 0
    }
    for tensor in file.tensors { sum &+= file.bytes(of: tensor).reduce(0) { $0 &+ Int($1) } }
    return sum
  }
}

extension Optional where Wrapped == GGUFStrings {
  fileprivate static func ?? (left: Self, right: [[UInt8]]) -> [[UInt8]] {
    left.map(Array.init) ?? right
  }
}
