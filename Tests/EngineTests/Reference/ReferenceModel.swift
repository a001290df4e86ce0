import Engine
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The real model, SmolLM2-135M-Instruct Q4_1. Where it cannot be had, its tests fail and say so.
enum ReferenceModel {
  struct Missing: Error, CustomStringConvertible {
    var path: String
    var description: String {
      "The model is not at \(path): run scripts/fetch-model, or set ATTUNE_TEST_MODEL."
    }
  }

  /// `$ATTUNE_TEST_MODEL`, or the default model in the cache.
  static func path() throws -> String {
    let path =
      ProcessInfo.processInfo.environment["ATTUNE_TEST_MODEL"]
      ?? Places.models + "/SmolLM2-135M-Instruct.Q4_1.gguf"
    guard FileManager.default.fileExists(atPath: path) else { throw Missing(path: path) }
    return path
  }

  static func load(threads: Int? = nil) throws -> Model {
    try Model(path: path(), threads: threads)
  }
}

/// What Tests/Fixtures/smollm2/golden.json holds (transformers and PEFT, fp32).
struct SmolGolden: Decodable {
  struct Text: Decodable {
    var text: String
    var ids: [Token]
    var nll: [Double]
  }

  struct Chat: Decodable {
    var messages: [Message]
    var ids: [Token]
    var labels: [Token]
    var prompt_length: Int
    var nll_sum: Double
    var adapter_nll_sum: Double

    var item: TrainingItem { TrainingItem(tokens: ids, trained: labels.map { $0 != -100 }) }
  }

  struct Greedy: Decodable {
    var ids: [Token]
    var text: String
  }

  struct Run: Decodable {
    var rank: Int
    var alpha: Float
    var targets: [String]
    var learning_rate: Float
    var weight_decay: Float
    var clip: Float
    var batch: Int
    var steps: Int
    var losses: [Double]
    var loss_after: Double
    var gradient_norms: [String: Double]
  }

  var lora: Run
  var texts: [Text]
  var chats: [Chat]
  var greedy: [Greedy]

  static func load() throws -> SmolGolden {
    try Fixtures.json(SmolGolden.self, "smollm2/golden.json")
  }
}

extension Recipe {
  /// A recipe as PEFT's plain loop: one batch in the given order, no warm-up.
  static func plain(rate: Float, batch: Int, decay: Float = 0, clip: Float? = nil) -> Recipe {
    var recipe = Recipe()
    recipe.learningRate = rate
    recipe.batchSize = batch
    recipe.weightDecay = decay
    recipe.clip = clip
    recipe.warmup = 0
    recipe.order = .given
    return recipe
  }
}

/// Gradient norms by golden's short names: `layers.0.self_attn.q_proj.lora_A` under some prefix.
func norms(_ entries: [SafetensorsEntry], prefix: String) -> [String: Double] {
  Dictionary(
    uniqueKeysWithValues: entries.map { entry in
      let name = entry.name.replacing("base_model.model.model.", with: prefix)
        .replacing(".weight", with: "")
      return (name, entry.values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
    })
}
