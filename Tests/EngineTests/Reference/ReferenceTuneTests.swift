import Engine
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Tuning the real model against PyTorch and PEFT in fp32.
@Suite("Reference: SmolLM2 tunes as PEFT does", .serialized)
struct ReferenceTuneTests {
  let model: Model

  init() throws { model = try ReferenceModel.load() }

  private func expectNorms(_ found: [String: Double], _ expected: [String: Double]) {
    #expect(found.count == expected.count)
    for (name, norm) in expected {
      #expect(near(found[name] ?? .nan, norm, relative: 1e-2), "\(name)")
    }
  }

  @Test func `twenty steps with clipping and decay`() throws {
    let golden = try SmolGolden.load()
    let run = golden.lora
    let adapter = try Fixtures.formulaAdapter(
      model, rank: run.rank, alpha: run.alpha, targets: run.targets)
    let items = golden.chats.prefix(run.batch).map(\.item)
    let tuner = try Tuner(
      model: model, adapter: adapter, optimiser: OptimiserState(for: adapter),
      recipe: .plain(
        rate: run.learning_rate, batch: run.batch, decay: run.weight_decay, clip: run.clip),
      items: items, length: .steps(run.steps))
    let gradients = try tuner.gradientsOfAll().gradients
    expectNorms(norms(gradients.entries, prefix: "model."), run.gradient_norms)
    for expected in run.losses {
      let report = try #require(try tuner.step())
      #expect(near(report.loss, expected, relative: 1e-3, absolute: 5e-4))
    }
    let after = try model.score(Array(items), adapter: adapter).flatMap { $0 }
    let mean = after.reduce(0.0) { $0 + Double($1) } / Double(after.count)
    #expect(near(mean, run.loss_after, relative: 1e-3, absolute: 5e-4))
  }

  /// golden/lora beside this clone: its adapter is too large to copy.
  static let folder: String? = {
    let beside = Fixtures.path("../../../shared/golden/lora")
    return FileManager.default.fileExists(atPath: beside + "/golden.json") ? beside : nil
  }()

  struct Golden: Decodable {
    struct Row: Decodable {
      var ids: [Token]
      var labels: [Token]
    }
    struct Side: Decodable {
      struct Example: Decodable {
        var token_nll: [Double]
      }
      var batch_loss: Double
      var per_example: [Example]
    }
    var rows: [Row]
    var base: Side
    var adapter: Side
    var grad_norms: [String: Double]
    var adamw_losses: [Double]
    var loss_after_20: Double
  }

  @Test(.enabled(if: folder != nil, "golden/lora is not beside this clone"))
  func `a PEFT adapter scores, its gradients and twenty steps`() throws {
    let folder = try #require(Self.folder)
    let golden = try JSONDecoder().decode(
      Golden.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/golden.json")))
    let items = golden.rows.map {
      TrainingItem(tokens: $0.ids, trained: $0.labels.map { $0 != -100 })
    }
    let adapter = try Adapter(peft: folder + "/adapter", for: model)
    for (side, use) in [(golden.base, nil), (golden.adapter, adapter)] {
      for (found, expected) in zip(try model.score(items, adapter: use), side.per_example) {
        #expect(found.count == expected.token_nll.count)
        for (a, b) in zip(found, expected.token_nll) { #expect(near(Double(a), b, absolute: 1e-3)) }
      }
    }
    let tuner = try Tuner(
      model: model, adapter: adapter, optimiser: OptimiserState(for: adapter),
      recipe: .plain(rate: 1e-4, batch: 4), items: items, length: .steps(20))
    let (loss, gradients) = try tuner.gradientsOfAll()
    let entries = gradients.entries
    #expect(near(loss, golden.adapter.batch_loss, relative: 1e-4))
    expectNorms(norms(entries, prefix: ""), golden.grad_norms)
    try expectGradients(entries, folder + "/gradients.safetensors")
    for expected in golden.adamw_losses {
      let report = try #require(try tuner.step())
      #expect(near(report.loss, expected, relative: 1e-3, absolute: 5e-4))
    }
    let after = try model.score(items, adapter: adapter).flatMap { $0 }
    let mean = after.reduce(0.0) { $0 + Double($1) } / Double(after.count)
    #expect(near(mean, golden.loss_after_20, relative: 1e-3, absolute: 5e-4))
  }

  private func expectGradients(_ entries: [SafetensorsEntry], _ path: String) throws {
    let file = try SafetensorsFile(path: path)
    let found = Dictionary(uniqueKeysWithValues: entries.map { (Self.short($0.name), $0.values) })
    #expect(file.tensors.count >= 42)
    for tensor in file.tensors {
      let expected = try file.floats(of: tensor)
      let values = try #require(found[Self.short(tensor.name)], "\(tensor.name)")
      let largest = expected.map { abs($0) }.max() ?? 0
      let worst = zip(values, expected).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst <= 1e-3 * largest, "\(tensor.name): \(worst) of \(largest)")
    }
  }

  /// The name from `layers.` on, without what programs put behind it.
  private static func short(_ name: String) -> String {
    let parts = name.split(separator: ".").map(String.init)
    let start = parts.firstIndex(of: "layers") ?? 0
    return parts[start...].filter { $0 != "weight" && $0 != "default" }.joined(separator: ".")
  }

  @Test func `a PEFT folder reads back equal`() throws {
    let folder = Fixtures.temporaryFolder() + "/adapter"
    let adapter = try Fixtures.formulaAdapter(
      model, rank: 3, alpha: 6, targets: ["q_proj", "k_proj", "down_proj"])
    try adapter.write(peft: folder, baseModel: "HuggingFaceTB/SmolLM2-135M-Instruct")
    let again = try Adapter(peft: folder, for: model)
    #expect(again.configuration == adapter.configuration)
    #expect(again.hash == adapter.hash)
  }
}
