import Engine
import Workbench

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A model that takes no time: a token is a byte, a reply repeats its prompt, and an adapter is the list of steps that
/// made it.
final class ScriptedModel: TunableModel {
  var name = "scripted"
  var path = "scripted.gguf"
  var size = 1_000
  var parameterCount = 10_000
  var contextLength = 400
  let keptBytes = 0
  var layerCount = 2
  var hasTemplate = true
  var kernels = KernelPath(rawValue: "scalar")
  var digest = String(repeating: "a", count: 64)
  /// The replies to give, by prompt; others are echoes.
  var replies: [String: String] = [:]
  /// Losses by step; 1 where there is none.
  var losses: [Int: Double] = [:]
  /// By how much a reply that changed leads the known one, nats.
  var margin = 1.0
  /// How many rows `divergences` was asked for last.
  private(set) var followed = 0
  /// What `score` finds after so many steps, from 0 on; 1 beyond.
  var heldLosses: [Float] = []
  /// What was asked of `generate` last: each row's prompt, and whether an adapter answered.
  private(set) var asked: [(prompt: String, tuned: Bool)] = []
  /// The seeds and the temperature that `generate` was to draw with last.
  private(set) var drawn: (seeds: [UInt64], temperature: Float) = ([], 0)

  func identity() throws -> ModelIdentity {
    ModelIdentity(path: path, size: size, sha256: digest)
  }

  func prompt(_ messages: [Message]) throws(ItemError) -> [Token] {
    messages.map { "\($0.role): \($0.content)\n" }.joined().utf8.map { Token($0) }
  }

  func item(_ content: ExampleContent, system: String?) throws(ItemError) -> TrainingItem {
    var item = TrainingItem(tokens: [], trained: [])
    func append(_ text: String, trained: Bool) {
      item.tokens += text.utf8.map { Token($0) }
      item.trained += text.utf8.map { _ in trained }
    }
    switch content {
    case .messages(let messages):
      if let system { append("system: \(system)\n", trained: false) }
      for message in messages {
        append(message.role + ": ", trained: false)
        append(message.content, trained: message.role == "assistant" && message.train != false)
      }
    case .text(let text): append(text, trained: true)
    case .tokens(let ids, let labels):
      item = TrainingItem(tokens: ids, trained: labels.map { $0 != -100 })
    case .preference(let prompt, let chosen, let rejected):
      guard chosen != rejected else { throw .sameAnswers }
      item = try self.item(.messages(prompt + chosen), system: system)
      item.aim = .likelier(than: try self.item(.messages(prompt + rejected), system: system))
    case .judged(let prompt, let completion, let good):
      item = try self.item(.messages(prompt + completion), system: system)
      item.aim = good ? .likely : .unlikely
    }
    guard item.tokens.count <= contextLength else {
      throw .tooLong(tokens: item.tokens.count, limit: contextLength)
    }
    return item
  }

  func generate(
    _ rows: [ReplyRow], sampling: Sampling, shouldStop: () -> Bool,
    onText: (Int, String) -> Bool
  ) throws -> [Reply] {
    asked = rows.map { row in
      (String(decoding: row.prompt.map { UInt8($0) }, as: UTF8.self), row.weights != nil)
    }
    drawn = (rows.map { $0.seed ?? sampling.seed }, sampling.temperature)
    return rows.indices.map { index in
      let last = asked[index].prompt.split(separator: "\n").last.map(String.init) ?? ""
      let prompt = String(last.dropFirst("user: ".count))
      let seed = rows[index].seed.map { " \($0 % 1000)" } ?? ""
      let voice = rows[index].weights.map { "tuned \($0.hash.prefix(4))" } ?? "plain"
      let text = replies[prompt] ?? "\(voice) says \(prompt)\(seed)"
      let goOn = onText(index, text)
      return Reply(
        text: text, tokens: text.utf8.count, stop: goOn ? .end : .interrupt,
        promptTokens: rows[index].prompt.count, tokensPerSecond: 1)
    }
  }

  /// Where the replies' bytes part; a byte is a token.
  func divergences(
    _ rows: [ReplyRow], from replies: [Reply], shouldStop: () -> Bool
  ) throws -> [Divergence?]? {
    if shouldStop() { return nil }
    followed = rows.count
    let own = try generate(
      rows, sampling: Sampling(), shouldStop: { false }, onText: { _, _ in true })
    return zip(own, replies).map { own, reply in
      guard own.text != reply.text else { return nil }
      let place = zip(own.text.utf8, reply.text.utf8).prefix { $0 == $1 }.count
      func byte(_ text: String) -> String {
        String(decoding: text.utf8.dropFirst(place).prefix(1), as: UTF8.self)
      }
      return Divergence(
        place: place, before: String(decoding: reply.text.utf8.prefix(place), as: UTF8.self),
        expected: byte(reply.text), found: byte(own.text), margin: margin)
    }
  }

  func score(
    _ items: [TrainingItem], weights: (any TunedWeights)?, strength: Float,
    progress: (Int) -> Bool
  ) throws -> [[Float]] {
    let steps = (weights as? ScriptedWeights).map { $0.steps.count - 1 }
    let loss = steps.map { heldLosses.indices.contains($0) ? heldLosses[$0] : 1 } ?? 2
    return items.map { [Float](repeating: loss, count: $0.trainedCount) }
  }

  func drift(of weights: any TunedWeights, shouldStop: () -> Bool) throws -> Drift? {
    shouldStop() ? nil : Drift(mean: weights.deltaNorm / 100, p95: weights.deltaNorm / 50)
  }

  func fresh(_ recipe: Recipe) throws -> any TunedWeights {
    ScriptedWeights(["fresh \(recipe.seed) rank \(recipe.rank)"])
  }

  func read(adapter: String, optimiser: String, recipe: Recipe) throws -> any TunedWeights {
    let steps = try String(contentsOfFile: adapter, encoding: .utf8)
    if FileManager.default.fileExists(atPath: optimiser) {
      guard try String(contentsOfFile: optimiser, encoding: .utf8) == "optimiser of " + steps
      else { throw ScriptedError.mismatch }
    }
    return ScriptedWeights(
      steps.split(separator: "\n").map(String.init), optimiserFile: optimiser)
  }

  func tuning(
    from weights: any TunedWeights, recipe: Recipe, items: [TrainingItem], length: BurstLength
  ) throws -> any TuningRun {
    return ScriptedRun(
      try start(weights), recipe: recipe, items: items, length: length, losses: losses)
  }

  func correcting(
    from weights: any TunedWeights, recipe: Recipe, items: [TrainingItem], changed: [Int]
  ) throws -> any TuningRun {
    let items = changed.map { items[$0] }
    return ScriptedRun(
      try start(weights), recipe: recipe, items: items, length: .steps(2), losses: losses)
  }

  // As the engine does, a state that is not at hand is started anew.
  private func start(_ weights: any TunedWeights) throws -> ScriptedWeights {
    let start = weights.hasOptimiser ? weights : weights.withFreshOptimiser()
    guard let start = start as? ScriptedWeights else { throw ScriptedError.mismatch }
    return start
  }
}

enum ScriptedError: Error { case mismatch, broken }

final class ScriptedWeights: TunedWeights {
  let steps: [String]
  let optimiserFile: String?
  init(_ steps: [String], optimiserFile: String? = nil) {
    self.steps = steps
    self.optimiserFile = optimiserFile
  }

  private var text: String { steps.joined(separator: "\n") }
  var hash: String { SHA256Digest(of: Array(text.utf8)).description }
  var deltaNorm: Double { Double(steps.count - 1) }
  var parameterCount: Int { 100 }
  var hasOptimiser: Bool { optimiserFile.map(FileManager.default.fileExists(atPath:)) ?? true }
  func withFreshOptimiser() -> any TunedWeights {
    ScriptedWeights(steps + ["fresh optimiser"])
  }
  func write(adapter file: String) throws { try DurableFile.write(text, to: file) }
  func write(optimiser file: String) throws {
    try DurableFile.write("optimiser of " + text, to: file)
  }
  func write(peft folder: String, baseModel: String) throws {
    try DurableFile.makeFolder(folder)
    try DurableFile.write(text, to: folder + "/adapter_model.safetensors")
  }
}

final class ScriptedRun: TuningRun {
  private var steps: [String]
  private let what: String
  private let length: BurstLength
  private let losses: [Int: Double]
  private let tokens: Int
  private var done = 0
  private var judged: JudgedReport?

  init(
    _ weights: ScriptedWeights, recipe: Recipe, items: [TrainingItem], length: BurstLength,
    losses: [Int: Double]
  ) {
    steps = weights.steps
    let bytes = items.flatMap {
      ($0.tokens + ($0.rejected?.tokens ?? [])).map { UInt8(truncatingIfNeeded: $0) }
    }
    for item in items where item.aim != .likely {
      judged = judged ?? JudgedReport()
      judged?.count += 1
    }
    what = "rate \(recipe.learningRate) on \(SHA256Digest(of: bytes).description.prefix(8))"
    self.length = length
    self.losses = losses
    tokens = bytes.count
  }

  var plannedSteps: Int? {
    switch length {
    case .steps(let count), .epochs(let count): count
    case .seconds: nil
    }
  }
  var isFinished: Bool { done >= plannedSteps ?? 3 }

  func step(shouldStop: () -> Bool) throws -> StepReport? {
    if shouldStop() { return nil }
    done += 1
    // The count of steps stands for the optimiser's state: it goes on across bursts.
    steps.append("step \(steps.count) \(what)")
    let loss = losses[done] ?? 1 / Double(steps.count)
    return StepReport(
      step: done, loss: loss, gradientNorm: 1, learningRate: 0.001, tokens: tokens, seconds: 0.1,
      skipped: !loss.isFinite, judged: judged)
  }

  func snapshot() -> any TunedWeights { ScriptedWeights(steps) }
}
