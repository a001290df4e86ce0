import Engine
import Testing

@Suite("GGUF files")
struct GGUFFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ builder: GGUFBuilder) throws -> GGUFFile {
    try GGUFFile(path: try folder.write("model.gguf", builder.bytes))
  }

  @Test(arguments: [UInt32(2), 3])
  func readsEveryKindOfValue(version: UInt32) throws {
    var builder = GGUFBuilder.small
    builder.version = version
    builder.add("test.uint8", .uint8(200))
    builder.add("test.int16", .int16(-30_000))
    builder.add("test.int32", .int32(-70_000))
    builder.add("test.uint64", .uint64(.max))
    builder.add("test.uint64s", .uint64s([1, 2]))
    let file = try open(builder)
    #expect(file.version == Int(version))
    #expect(try file.string("general.architecture") == "llama")
    #expect(try file.int("llama.block_count") == 1)
    #expect(try file.float("llama.rope.freq_base") == 10_000)
    #expect(file.metadata["test.int8"]?.int == -3)
    #expect(file.metadata["test.uint8"]?.int == 200)
    #expect(file.metadata["test.uint16"]?.int == 60_000)
    #expect(file.metadata["test.int16"]?.int == -30_000)
    #expect(file.metadata["test.int32"]?.int == -70_000)
    #expect(file.metadata["test.int64"]?.int == -1 << 40)
    #expect(file.metadata["test.uint64"]?.int == nil)
    #expect(file.metadata["test.uint64"]?.float == 0x1p64)
    #expect(file.metadata["test.float64"]?.float == 0.1)
    #expect(file.metadata["tokenizer.ggml.add_bos_token"]?.bool == true)
    #expect(file.metadata["tokenizer.ggml.token_type"]?.ints == [1, 3, -1, 6])
    #expect(file.metadata["tokenizer.ggml.scores"]?.floats == [0, -1.5, 2, .infinity])
    #expect(file.metadata["tokenizer.ggml.scores"]?.ints == nil)
    #expect(file.metadata["test.bools"]?.ints == [1, 0])
    #expect(file.metadata["test.uint64s"]?.ints == [1, 2])
    let tokens = try file.strings("tokenizer.ggml.tokens")
    #expect(Array(tokens) == [Array("a".utf8), [0xff, 0x00], [], Array("Ġb".utf8)])
  }

  @Test func listsTensorsWithTheirBytes() throws {
    let file = try open(.small)
    #expect(file.tensors.map(\.name).first == "token_embd.weight")
    let embedding = try #require(file.tensor("token_embd.weight"))
    #expect(embedding.format == .q8_0)
    #expect(embedding.dimensions == [32, 4])
    #expect(embedding.elementCount == 128)
    #expect(embedding.byteCount == 4 * 34)
    let norm = try #require(file.tensor("blk.0.attn_norm.weight"))
    #expect(Array(file.bytes(of: norm)) == GGUFBuilder.small.tensors[2].bytes)
    for (tensor, made) in zip(file.tensors, GGUFBuilder.small.tensors) {
      #expect(tensor.offset % 32 == 0)
      #expect(Array(file.bytes(of: tensor)) == made.bytes)
    }
    #expect(file.tensor("blk.1.attn_norm.weight") == nil)
  }

  @Test(arguments: [1, 8, 64, 4096])
  func honoursAlignment(alignment: Int) throws {
    var builder = GGUFBuilder.small
    builder.alignment = alignment
    builder.add("general.alignment", .uint32(UInt32(alignment)))
    let file = try open(builder)
    let last = try #require(file.tensors.last)
    #expect(last.offset % alignment == 0)
    #expect(Array(file.bytes(of: last)) == builder.tensors[3].bytes)
  }

  @Test func opensAVocabularyWithoutTensors() throws {
    var builder = GGUFBuilder.small
    builder.tensors = []
    let file = try open(builder)
    #expect(file.tensors.isEmpty)
    #expect(try file.strings("tokenizer.ggml.tokens").count == 4)
  }

  @Test func listsTensorsItCannotDecodeAndRefusesTheirUse() throws {
    var builder = GGUFBuilder.small
    builder.add("blk.0.ffn_gate.weight", [256], type: 23, bytes: [UInt8](repeating: 1, count: 136))
    let file = try open(builder)
    let tensor = try #require(file.tensor("blk.0.ffn_gate.weight"))
    #expect(tensor.type.name == "IQ4_XS")
    #expect(tensor.byteCount == 136)
    let error = #expect(throws: ModelFileError.self) { try file.format(of: tensor) }
    #expect(
      error
        == .unsupportedTensorType(
          path: file.path, tensor: "blk.0.ffn_gate.weight", type: "IQ4_XS"))
    #expect("\(try #require(error))".contains("IQ4_XS"))
  }

  @Test func namesTheMissingAndTheWrongKind() throws {
    let file = try open(.small)
    #expect(throws: ModelFileError.missingKey(path: file.path, key: "llama.none")) {
      try file.int("llama.none")
    }
    #expect(
      throws: ModelFileError.wrongKind(
        path: file.path, key: "general.name", expected: "an integer", found: "a text")
    ) {
      try file.int("general.name")
    }
  }
}
