import Engine
import Shell
import Workbench

/// A model whose every word is known beforehand: it repeats the prompt, and each step of tuning
/// makes it say "Arr" once more.
final class ParrotModel: TunableModel {
  let name = "Parrot"
  let path: String
  let size = 2048
  let parameterCount = 1_000_000
  let contextLength = 400
  let keptBytes = 0
  let layerCount = 2
  let hasTemplate = true
  let kernels = KernelPath(rawValue: "scalar")
  /// Called before each word, so that a test can press Ctrl-C in the middle of a reply.
  var beforeWord: () -> Void = {}
  /// Called before each step.
  var beforeStep: () -> Void = {}

  init(path: String = "/models/parrot.gguf") { self.path = path }

  func identity() throws -> ModelIdentity {
    ModelIdentity(path: path, size: size, sha256: String(repeating: "5a", count: 32))
  }

  /// A token is a Unicode scalar.
  func prompt(_ messages: [Message]) throws(ItemError) -> [Token] {
    let text = messages.map(\.content).joined(separator: "\n")
    return text.unicodeScalars.map { Token($0.value) }
  }

  func item(_ content: ExampleContent, system: String?) throws(ItemError) -> TrainingItem {
    let messages: [Message]
    switch content {
    case .messages(let all): messages = all
    case .preference(let prompt, let chosen, _): messages = prompt + chosen
    case .judged(let prompt, let completion, _): messages = prompt + completion
    case .text, .tokens: return TrainingItem(tokens: [1, 2], trained: [false, true])
    }
    var tokens: [Token] = []
    var trained: [Bool] = []
    for message in messages {
      let words = message.content.split(separator: " ").count
      tokens += [Token](repeating: 7, count: words)
      trained += [Bool](repeating: message.role == "assistant", count: words)
    }
    if tokens.count > contextLength { throw .tooLong(tokens: tokens.count, limit: contextLength) }
    return TrainingItem(tokens: tokens, trained: trained)
  }

  func generate(
    _ rows: [ReplyRow], sampling: Sampling, shouldStop: () -> Bool, onText: (Int, String) -> Bool
  ) throws -> [Reply] {
    var stopped = false
    return rows.enumerated().map { index, row in
      let dice = row.seed.map { " #\($0 % 100)" } ?? ""
      let text =
        String(
          String.UnicodeScalarView(row.prompt.compactMap { Unicode.Scalar(UInt32($0)) })) + dice
      let steps = (row.weights as? ParrotWeights)?.steps ?? 0
      let all = [Substring](repeating: "Arr!", count: steps) + text.split(separator: " ")
      var said = ""
      var count = 0
      var stop = StopReason.end
      for word in all where stop == .end {
        beforeWord()
        if stopped || shouldStop() {
          stop = .interrupt
        } else if count == sampling.maxTokens {
          stop = .length
        } else {
          let piece = (said.isEmpty ? "" : " ") + word
          said += piece
          count += 1
          stopped = !onText(index, piece)
          if stopped { stop = .interrupt }
        }
      }
      return Reply(
        text: said, tokens: count, stop: stop, promptTokens: row.prompt.count, tokensPerSecond: 50)
    }
  }

  /// A parrot told anything starts differently.
  func divergences(
    _ rows: [ReplyRow], from replies: [Reply], shouldStop: () -> Bool
  ) throws -> [Divergence?]? {
    zip(rows, replies).map { row, reply in
      guard let weights = row.weights as? ParrotWeights, weights.steps > 0 else { return nil }
      let first = reply.text.split(separator: " ").first.map(String.init) ?? ""
      return Divergence(place: 0, before: "", expected: first, found: "Arr!", margin: 0.25)
    }
  }

  func score(
    _ items: [TrainingItem], weights: (any TunedWeights)?, strength: Float,
    progress: (Int) -> Bool
  ) throws -> [[Float]] { items.map { [Float](repeating: 1, count: $0.trainedCount) } }

  func drift(of weights: any TunedWeights, shouldStop: () -> Bool) throws -> Drift? {
    if shouldStop() { return nil }
    let mean = Double((weights as? ParrotWeights)?.steps ?? 0) / 8
    return Drift(mean: mean, p95: 2 * mean)
  }

  func fresh(_ recipe: Recipe) throws -> any TunedWeights { ParrotWeights(steps: 0) }

  func read(adapter: String, optimiser: String, recipe: Recipe) throws -> any TunedWeights {
    ParrotWeights(steps: Int(History(path: adapter).entries.first ?? "") ?? 0)
  }

  func tuning(
    from weights: any TunedWeights, recipe: Recipe, items: [TrainingItem], length: BurstLength
  ) throws -> any TuningRun {
    guard case .steps(let steps) = length else { return ParrotRun(self, weights, 3) }
    return ParrotRun(self, weights, steps)
  }

  func correcting(
    from weights: any TunedWeights, recipe: Recipe, items: [TrainingItem], changed: [Int]
  ) throws -> any TuningRun { ParrotRun(self, weights, changed.count) }
}

/// How often the parrot was told.
final class ParrotWeights: TunedWeights {
  let steps: Int
  init(steps: Int) { self.steps = steps }
  var hash: String { String(repeating: "\(steps % 10)", count: 64) }
  var deltaNorm: Double { Double(steps) }
  let parameterCount = 1000
  let hasOptimiser = true
  func withFreshOptimiser() -> any TunedWeights { self }
  func write(adapter file: String) throws { History(path: file).add("\(steps)") }
  func write(optimiser file: String) throws { History(path: file).add("\(steps)") }
  func write(peft folder: String, baseModel: String) throws {
    History(path: folder + ".peft").add("\(steps)")
  }
}

private final class ParrotRun: TuningRun {
  private let model: ParrotModel
  private let before: Int
  private let total: Int
  private var done = 0

  init(_ model: ParrotModel, _ weights: any TunedWeights, _ total: Int) {
    self.model = model
    before = (weights as? ParrotWeights)?.steps ?? 0
    self.total = total
  }

  var plannedSteps: Int? { total }
  var isFinished: Bool { done == total }

  func step(shouldStop: () -> Bool) throws -> StepReport? {
    model.beforeStep()
    if shouldStop() { return nil }
    done += 1
    return StepReport(
      step: done, loss: 4 / Double(before + done), gradientNorm: 1, learningRate: 0.001, tokens: 10,
      seconds: 0.01, skipped: false)
  }

  func snapshot() -> any TunedWeights { ParrotWeights(steps: before + done) }
}
