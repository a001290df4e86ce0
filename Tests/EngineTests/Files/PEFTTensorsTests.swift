import Engine
import Testing

@Suite("PEFT tensor names and values")
struct PEFTTensorsTests {
  private static let prefix = "base_model.model.model.layers."

  @Test(arguments: [
    ("3.self_attn.q_proj.lora_A.weight", 3, "self_attn.q_proj", PEFTTensorName.Matrix.a),
    ("0.mlp.down_proj.lora_B.weight", 0, "mlp.down_proj", .b),
    ("12.mlp.up_proj.lora_B.default.weight", 12, "mlp.up_proj", .b),
  ])
  func takesNamesApart(
    name: String, layer: Int, module: String, matrix: PEFTTensorName.Matrix
  ) throws {
    let parsed = try #require(PEFTTensorName(Self.prefix + name))
    #expect(parsed == PEFTTensorName(layer: layer, module: module, matrix: matrix))
    #expect(parsed.description == Self.prefix + name.replacing(".default", with: ""))
  }

  @Test(arguments: [
    "model.layers.3.self_attn.q_proj.lora_A.weight", "base_model.model.lm_head.lora_A.weight",
    prefix + "x.self_attn.q_proj.lora_A.weight", prefix + "-1.self_attn.q_proj.lora_A.weight",
    prefix + "03.self_attn.q_proj.lora_A.weight", prefix + "3.lora_A.weight", prefix + "weight",
    prefix + "3.self_attn.q_proj.lora_C.weight", prefix + "3.self_attn.q_proj.lora_A.bias",
    prefix + "3.self_attn.q_proj.lora_magnitude_vector.weight",
  ])
  func knowsOtherNames(name: String) {
    #expect(PEFTTensorName(name) == nil)
  }

  @Test func refusesOtherTensorsDoublesAndNaN() throws {
    let folder = try TemporaryFolder()
    let name = Self.prefix + "0.self_attn.q_proj.lora_A.weight"
    let path = folder.path + "/adapter_model.safetensors"
    func read(_ entries: [(String, Float)]) throws -> [SafetensorsEntry] {
      try SafetensorsFile.write(
        entries.map { SafetensorsEntry(name: $0.0, shape: [1, 1], values: [$0.1]) }, to: path)
      return try PEFTFolder.readTensors(path)
    }
    let spelled = Self.prefix + "0.self_attn.q_proj.lora_A.default.weight"
    #expect(try read([(spelled, 1)]).map(\.name) == [name])
    for entries in [
      [(name, 1), (spelled, 2)], [(name, .nan)], [(name, .infinity)], [("other", 1)],
    ] as [[(String, Float)]] {
      let error = #expect(throws: ModelFileError.self) { try read(entries) }
      if case .malformed(path, .tensor, _, _) = error {
      } else {
        Issue.record("\(String(describing: error))")
      }
    }
  }
}
