import Engine
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("What inspect says")
struct FileSummaryTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func summarisesAGGUFModel() throws {
    var builder = GGUFBuilder.small
    builder.add("odd", [256], type: 23, bytes: [UInt8](repeating: 0, count: 136))
    let path = try folder.write("model.gguf", builder.bytes)
    let summary = try FileSummary(path: path)
    #expect(summary.kind == .model)
    #expect(summary.storage == "GGUF version 3")
    #expect(summary.architecture == "llama")
    #expect(summary.name == "Small")
    #expect(summary.parameters == 128 + 128 + 8 + 256 + 256)
    #expect(summary.formats.map(\.format) == ["Q4_K", "IQ4_XS", "Q8_0", "Q4_1", "F32"])
    #expect(summary.formats.map(\.runs) == [true, false, true, true, true])
    #expect(summary.tensors[0].shape == [4, 32])
    #expect(summary.metadata["llama.block_count"] == .integer(1))
    #expect(summary.metadata["tokenizer.ggml.add_bos_token"] == .bool(true))
    #expect(
      summary.metadata["test.bools"] == .list(count: 2, first: [.bool(true), .bool(false)]))
    #expect(summary.metadata["test.float64"] == .number(0.1))
  }

  @Test func saysItInLines() throws {
    var builder = GGUFBuilder.small
    builder.metadata = []
    builder.add("general.name", .string("two\nlines\u{1b}[2J"))
    builder.add("test.numbers", .int32s(Array(1...9)))
    builder.tensors.removeLast(2)
    let path = try folder.write("model.gguf", builder.bytes)
    let bytes = builder.bytes.count
    #expect(
      try FileSummary(path: path).lines == [
        "\(path): a model, GGUF version 3, \(bytes) B",
        "  name        two\\nlines\\u{1b}[2J",
        "  parameters  256 in 2 tensors",
        "  Q8_0        136 B in 1 tensor",
        "  Q4_1        80 B in 1 tensor",
        "",
        "metadata",
        "  general.name  two\\nlines\\u{1b}[2J",
        "  test.numbers  [1, 2, 3, 4, 5, 6, 7, 8, … 9 in all]",
        "",
        "tensors",
        "  token_embd.weight    Q8_0  4 × 32  136 B",
        "  blk.0.attn_q.weight  Q4_1  2 × 64  80 B",
      ])
  }

  @Test func isJSONForScripts() throws {
    var builder = GGUFBuilder.small
    builder.metadata = []
    builder.add("a", .float32(1e-5))
    builder.add("b", .float32s([.infinity]))
    builder.tensors = [builder.tensors[1]]
    let path = try folder.write("model.gguf", builder.bytes)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(
      decoding: try encoder.encode(try FileSummary(path: path)), as: UTF8.self)
    #expect(
      text == """
        {"bytes":\(builder.bytes.count),"formats":[{"bytes":80,"format":"Q4_1","parameters":128,\
        "runs":true,"tensors":1}],"kind":"model","metadata":{"a":1e-05,\
        "b":{"count":1,"first":["inf"]}},"parameters":128,"path":"\(path)",\
        "storage":"GGUF version 3","tensors":[{"bytes":80,"format":"Q4_1",\
        "name":"blk.0.attn_q.weight","shape":[2,64]}]}
        """)
  }

  @Test func knowsVocabulariesAdaptersAndFolders() throws {
    var builder = GGUFBuilder.small
    builder.tensors = []
    #expect(
      try FileSummary(path: try folder.write("v.gguf", builder.bytes)).kind == .vocabulary)
    builder.add("general.type", .string("adapter"))
    #expect(try FileSummary(path: try folder.write("a.gguf", builder.bytes)).kind == .adapter)
    let entry = SafetensorsEntry(name: "x", shape: [3], values: [1, 2, 3])
    try SafetensorsFile.write([entry], to: folder.path + "/plain")
    let plain = try FileSummary(path: folder.path + "/plain")
    #expect(plain.kind == .tensors)
    #expect(plain.parameters == 3)

    let model = try FileSummary(path: Fixtures.path("tiny/llama"))
    #expect(model.kind == .model)
    #expect(model.architecture == "llama")
    #expect(model.formats.map(\.format) == ["F32"])
    #expect(model.metadata["hidden_size"] == .integer(64))
    #expect(model.metadata["sliding_window"] == nil)

    // What cannot be run can be looked at.
    let adapter = folder.path + "/adapter"
    try PEFTFolder(
      config: PEFTConfig(rank: 1, alpha: 2, targetModules: ["q_proj"], baseModel: "base"),
      tensors: [entry]
    ).write(to: adapter)
    try folder.write(
      "adapter/adapter_config.json", "{\"use_dora\":true,\"base_model_name_or_path\":\"b\"}")
    let dora = try FileSummary(path: adapter)
    #expect(dora.kind == .adapter)
    #expect(dora.name == "b")
    #expect(dora.metadata["use_dora"] == .bool(true))
  }

  @Test func throwsForOtherFiles() throws {
    let path = try folder.write("notes.txt", "hello there")
    #expect(throws: ModelFileError.notGGUF(path: path, found: Array("hell".utf8))) {
      try FileSummary(path: path)
    }
    #expect(throws: ModelFileError.file(.missing(path: folder.path + "/config.json"))) {
      try FileSummary(path: folder.path)
    }
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1.0 k"), (98_362_432, "98.4 M"), (999_949, "999.9 k"),
    (999_950, "1.0 M"), (134_515_008, "134.5 M"),
    (Int.max, "9223.4 P"),
  ])
  func amountsAreRounded(value: Int, text: String) {
    #expect(FileSummary.amount(value, "") == text)
  }
}
