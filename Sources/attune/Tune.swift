import ArgumentParser
import Engine
import Shell
import Workbench

/// Tunes an adapter on a data file.
struct Tune: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tune an adapter on a data file and write it as a PEFT folder.",
    discussion: """
      Starts a fresh adapter, or goes on with the one given by --adapter, whose rank, alpha, \
      targets and layers then hold. Ctrl-C stops after the step at hand: what was learnt is \
      written, and the exit code is 130.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var recipe: RecipeOptions
  @OptionGroup var output: OutputOptions

  @Option(help: "Examples as JSON Lines.")
  var data: String

  @Option(
    name: .customLong("held-out"),
    help: ArgumentHelp(
      "Examples kept out of training: the state with the least loss on them is written.",
      valueName: "file"))
  var heldOut: String?

  @Option(
    help: ArgumentHelp("Keep the last N examples of the data out of training.", valueName: "n"))
  var hold: Int?

  @Option(help: "Go on with this PEFT adapter folder.")
  var adapter: String?

  @Option(help: "The PEFT folder to write.")
  var out: String

  func run() throws {
    let destination = AdapterDestination(out)
    try destination.check()
    let file = try DataFile(path: data)
    let model = try model.load()
    let (items, held) = try split(
      try trainingItems(in: file, at: data, for: model, trainable: true), for: model)
    let adapter = try startingAdapter(for: model)
    let engine = EngineModel(model)
    var settings = recipe.recipe(on: adapter.configuration)
    settings.batchSize = min(settings.batchSize, items.count)
    let tuner = try Tuner(
      model: model, adapter: adapter, optimiser: OptimiserState(for: adapter), recipe: settings,
      items: items, length: recipe.length, anchors: engine.anchors)
    let run = engine.run(tuner)
    var watch = BurstWatch(
      recipe.rules,
      BurstWatch.Means(
        model: engine, learnt: items, batchSize: settings.batchSize, held: held,
        heldIDs: IDList(held.indices.map { $0 + 1 })),
      drift: 0)

    Interrupt.install()
    let report = TuningReport(
      json: output.json, plannedSteps: tuner.plannedSteps, plannedSeconds: recipe.seconds)
    report.begin(adapter, model)
    var interrupted = false
    func shouldStop() -> Bool {
      if Interrupt.take() { interrupted = true }
      return interrupted
    }
    var outputFailure: (any Error)?
    var losses: [Double] = []
    let began = ContinuousClock.now
    while !run.isFinished, watch.endedBy == nil, !shouldStop(), outputFailure == nil {
      guard let step = try run.step(shouldStop: shouldStop) else { break }
      losses.append(step.loss)
      try watch.look(
        at: run, losses: losses, seconds: (ContinuousClock.now - began) / .seconds(1),
        shouldStop: shouldStop)
      do {
        try report.step(step, heldLoss: watch.held?.loss(after: step.step))
      } catch { outputFailure = error }
    }
    report.endProgress()
    guard tuner.completedSteps > 0 else {
      StandardError.line("Stopped before the first step was done; nothing was written.")
      throw ExitCode.interrupted
    }
    let choice = watch.choice
    if let choice, choice.weights == nil {
      throw WorkbenchError.driftsAtOnce(recipe.rules?.driftLimit ?? 0)
    }
    let kept = engine.adapter(choice?.weights) ?? tuner.adapter
    try destination.write(kept, baseModel: model.path)
    if let outputFailure { throw outputFailure }
    try report.end(
      adapter: out, steps: tuner.completedSteps, keptStep: choice?.step,
      heldLoss: choice.flatMap { watch.held?.loss(after: $0.step) }, endedBy: watch.endedBy)
    if interrupted { throw ExitCode.interrupted }
  }

  /// What is learnt from and what is held out.
  private func split(_ items: [TrainingItem], for model: Model) throws -> (
    learnt: [TrainingItem], held: [TrainingItem]
  ) {
    var held: [TrainingItem] = []
    if let heldOut {
      held = try trainingItems(
        in: DataFile(path: heldOut), at: heldOut, for: model, trainable: true)
    }
    guard let hold else { return (items, held) }
    guard 1..<items.count ~= hold else {
      throw ValidationError(
        "--hold \(hold) leaves nothing to learn from or to hold out: \(data) has \(items.count) "
          + "examples.")
    }
    return (items.dropLast(hold), held + items.suffix(hold))
  }

  private func startingAdapter(for model: Model) throws -> Adapter {
    let layerCount = model.configuration.layers
    guard let adapter else {
      let configuration = try recipe.configuration(layerCount: layerCount)
      return try Adapter(configuration, for: model, seed: recipe.seed)
    }
    let loaded = try Adapter(peft: adapter, for: model)
    if let fault = recipe.contradiction(to: loaded.configuration, layerCount: layerCount) {
      throw ValidationError(
        "\(fault) With --adapter, that adapter's rank, alpha, targets and layers hold: leave the flag out."
      )
    }
    return loaded
  }
}
