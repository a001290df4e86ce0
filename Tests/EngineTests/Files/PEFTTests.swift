import Engine
import Testing

@Suite("PEFT adapter folders")
struct PEFTTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let adapter = PEFTFolder(
    config: PEFTConfig(
      rank: 2, alpha: 16, rankStabilised: true, targetModules: ["v_proj", "q_proj"],
      layers: [3, 1], baseModel: "org/model \"x\""),
    tensors: [
      SafetensorsEntry(
        name: "base_model.model.model.layers.1.self_attn.q_proj.lora_A.weight", shape: [2, 3],
        values: [1, 2, 3, 4, 5, 6]),
      SafetensorsEntry(
        name: "base_model.model.model.layers.1.self_attn.q_proj.lora_B.weight", shape: [1, 2],
        values: [-1, 0.5]),
    ])

  private func config(_ text: String) throws -> PEFTConfig {
    try PEFTConfig(path: try folder.write("adapter_config.json", text))
  }

  private func text(_ more: String) -> String {
    """
    {"peft_type": "LORA", "r": 8, "lora_alpha": 16, "target_modules": ["q_proj", "k_proj"]\(more)}
    """
  }

  @Test func readsBackWhatItWrote() throws {
    let path = folder.path + "/new/adapter"
    try Self.adapter.write(to: path)
    #expect(try PEFTFolder.read(path) == Self.adapter)
    #expect(
      try folder.names(in: "new/adapter")
        == ["README.md", "adapter_config.json", "adapter_model.safetensors"])
    #expect(try folder.names(in: "new") == ["adapter"])
    let card = String(decoding: try folder.read("new/adapter/README.md"), as: UTF8.self)
    #expect(card.hasPrefix("---\nbase_model: \"org/model \\\"x\\\"\"\nlibrary_name: peft\n"))
    #expect(card.contains("Rank 2, alpha 16, on q_proj, v_proj of layers 1, 3."))
  }

  @Test func writesSortedKeysThatPEFTReads() throws {
    #expect(
      Self.adapter.config.text == """
        {
          "alpha_pattern": {},
          "base_model_name_or_path": "org/model \\"x\\"",
          "bias": "none",
          "inference_mode": true,
          "layers_to_transform": [
            1,
            3
          ],
          "lora_alpha": 16,
          "lora_dropout": 0,
          "peft_type": "LORA",
          "r": 2,
          "rank_pattern": {},
          "revision": null,
          "target_modules": [
            "q_proj",
            "v_proj"
          ],
          "task_type": "CAUSAL_LM",
          "use_dora": false,
          "use_rslora": true
        }

        """)
  }

  @Test func overwritesAFolderButNotItsReadme() throws {
    let path = folder.path + "/adapter"
    try Self.adapter.write(to: path)
    try folder.write("adapter/README.md", "mine")
    try folder.write("adapter/notes.txt", "mine too")
    var changed = Self.adapter
    changed.config.alpha = 0.5
    changed.tensors[1].values = [7, 8]
    try changed.write(to: path)
    #expect(try PEFTFolder.read(path) == changed)
    #expect(try folder.read("adapter/README.md") == Array("mine".utf8))
    #expect(try folder.read("adapter/notes.txt") == Array("mine too".utf8))
    #expect(try folder.names(in: "adapter").count == 4)
  }

  @Test func doesNotWriteOverAFile() throws {
    let path = try folder.write("file", "x")
    #expect(throws: FileError.self) { try Self.adapter.write(to: path) }
    #expect(try folder.read("file") == [UInt8(ascii: "x")])
    #expect(try folder.names() == ["file"])
  }

  @Test func readsPEFTsOwnConfig() throws {
    let config = try config(
      text(
        """
        , "alora_invocation_tokens": null, "bias": "none", "exclude_modules": null,
        "fan_in_fan_out": false, "init_lora_weights": true, "layers_to_transform": 3,
        "loftq_config": {}, "lora_dropout": 0.05, "modules_to_save": null, "rank_pattern": {},
        "task_type": "CAUSAL_LM", "use_rslora": true, "something_new": {"a": [1]}
        """))
    #expect(config.rank == 8)
    #expect(config.alpha == 16)
    #expect(config.layers == [3])
    #expect(config.dropout == 0.05)
    #expect(config.rankStabilised)
    #expect(config.targetModules == ["k_proj", "q_proj"])
    #expect(try self.config(text(", \"layers_to_transform\": [5, 2]")).layers == [2, 5])
    #expect(try self.config(text("")).layers == nil)
  }

  @Test(arguments: [
    ("use_dora", "true"), ("use_qalora", "true"), ("lora_bias", "true"), ("bias", "\"all\""),
    ("fan_in_fan_out", "true"), ("rank_pattern", "{\"q_proj\": 4}"),
    ("alpha_pattern", "{\"q_proj\": 4}"), ("modules_to_save", "[\"lm_head\"]"),
    ("layer_replication", "[[0, 4]]"), ("exclude_modules", "[\"layers.0\"]"),
    ("exclude_modules", "\"layers.0\""), ("trainable_token_indices", "[1]"),
    ("target_parameters", "[\"x\"]"), ("init_lora_weights", "\"pissa_niter_4\""),
    ("alora_invocation_tokens", "[1, 2]"),
  ])
  func refusesByName(key: String, value: String) throws {
    let error = #expect(throws: ModelFileError.self) { try config(text(", \"\(key)\": \(value)")) }
    if case .unsupportedSetting(_, key, _, _) = error {
    } else {
      Issue.record("\(String(describing: error))")
    }
  }

  @Test(arguments: [
    "{}", "{\"peft_type\": \"IA3\", \"r\": 8, \"lora_alpha\": 16, \"target_modules\": [\"q\"]}",
    "{\"peft_type\": \"LORA\", \"lora_alpha\": 16, \"target_modules\": [\"q_proj\"]}",
    "{\"peft_type\": \"LORA\", \"r\": 0, \"lora_alpha\": 16, \"target_modules\": [\"q_proj\"]}",
    "{\"peft_type\": \"LORA\", \"r\": 9000000000, \"lora_alpha\": 16, \"target_modules\": [\"q\"]}",
    "{\"peft_type\": \"LORA\", \"r\": 8, \"lora_alpha\": 1e99, \"target_modules\": [\"q_proj\"]}",
    "{\"peft_type\": \"LORA\", \"r\": 8, \"target_modules\": [\"q_proj\"]}",
    "{\"peft_type\": \"LORA\", \"r\": 8, \"lora_alpha\": 16, \"target_modules\": \"all-linear\"}",
    "{\"peft_type\": \"LORA\", \"r\": 8, \"lora_alpha\": 16, \"target_modules\": []}",
    "{\"peft_type\": \"LORA\", \"r\": 8, \"lora_alpha\": 16, \"target_modules\": [1]}",
    "{\"peft_type\": \"LORA\", \"r\": 8, \"lora_alpha\": 1, \"target_modules\": [\"q\"], "
      + "\"layers_to_transform\": -1}",
  ])
  func refusesConfigsThatCannotBe(text: String) throws {
    #expect(throws: ModelFileError.self) { try config(text) }
  }

  @Test func survivesEveryCutAndEveryByteChanged() throws {
    let whole = Array(Self.adapter.config.text.utf8)
    for count in 1..<whole.count - 1 {
      #expect(throws: ModelFileError.self) {
        try config(String(decoding: whole.prefix(count), as: UTF8.self))
      }
    }
    var random = SplitMix(seed: 3)
    var opened = 0
    for place in whole.indices {
      for value in [0, 0xff, whole[place] ^ 1, UInt8(random.below(256)), 0x22, 0x2d, 0x39] {
        var bytes = whole
        bytes[place] = value
        let path = try folder.write("adapter_config.json", bytes)
        do { opened += try PEFTConfig(path: path).rank > 0 ? 1 : 0 } catch {}
      }
    }
    #expect(opened > whole.count)
  }

  @Test func saysWhatAnotherProgramsAdapterIs() throws {
    try folder.write("adapter_config.json", text(""))
    #expect(
      throws: ModelFileError.file(
        .missing(path: folder.path + "/adapter_model.safetensors"))
    ) {
      try PEFTFolder.read(folder.path)
    }
    // MLX writes a configuration of its own.
    try folder.write("adapter_config.json", "{\"fine_tune_type\": \"lora\"}")
    try folder.write("adapters.safetensors", "x")
    let mlx = #expect(throws: ModelFileError.self) { try PEFTFolder.read(folder.path) }
    #expect("\(try #require(mlx))".contains("MLX"))
    try folder.write("adapter_model.bin", "x")
    let error = #expect(throws: ModelFileError.self) { try PEFTFolder.read(folder.path) }
    #expect("\(try #require(error))".contains("adapter_model.bin"))
  }
}
