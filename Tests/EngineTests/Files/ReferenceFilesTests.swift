import Engine
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The real model's file. Fails where the model is not at hand.
@Suite("Reference: the model's file")
struct ReferenceFilesTests {
  private func model() throws -> GGUFFile {
    let path =
      ProcessInfo.processInfo.environment["ATTUNE_TEST_MODEL"]
      ?? Places.models + "/SmolLM2-135M-Instruct.Q4_1.gguf"
    return try GGUFFile(path: path)
  }

  @Test func holdsWhatItShould() throws {
    let file = try model()
    #expect(try file.string("general.architecture") == "llama")
    #expect(try file.int("llama.block_count") == 30)
    let tokens = try file.strings("tokenizer.ggml.tokens")
    #expect(tokens.count == 49_152)
    #expect(tokens[1] == Array("<|im_start|>".utf8))
    #expect(try file.strings("tokenizer.ggml.merges").count == 48_900)
    #expect(file.metadata["tokenizer.ggml.token_type"]?.ints?.count == 49_152)
    let summary = FileSummary(file)
    #expect(summary.parameters == 134_515_008)
    #expect(summary.formats.map(\.format) == ["Q4_1", "Q8_0", "F32"])
    #expect(summary.tensors.count == 272)
    let embedding = try #require(file.tensor("token_embd.weight"))
    #expect(embedding.dimensions == [576, 49_152])
  }

  @Test func decodesEqualOnEveryPath() throws {
    let file = try model()
    for name in ["token_embd.weight", "blk.7.ffn_down.weight", "blk.0.attn_q.weight"] {
      let tensor = try #require(file.tensor(name))
      let format = try file.format(of: tensor)
      let count = tensor.dimensions[0] * 64
      let plain = format.floats(file.bytes(of: tensor), count: count)
      #expect(format.floats(file.bytes(of: tensor), count: count, path: Kernels.bestPath) == plain)
      #expect(plain.contains { $0 != 0 } && plain.allSatisfy { abs($0) < 100 })
    }
  }
}
