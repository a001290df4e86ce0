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

  @Option(help: "Go on with this PEFT adapter folder.")
  var adapter: String?

  @Option(help: "The PEFT folder to write.")
  var out: String

  func run() throws {
    let destination = AdapterDestination(out)
    try destination.check()
    let file = try DataFile(path: data)
    let model = try model.load()
    let items = try trainingItems(in: file, at: data, for: model, trainable: true)
    let adapter = try startingAdapter(for: model)
    var settings = recipe.recipe(on: adapter.configuration)
    settings.batchSize = min(settings.batchSize, items.count)
    let tuner = try Tuner(
      model: model, adapter: adapter, optimiser: OptimiserState(for: adapter), recipe: settings,
      items: items, length: recipe.length)

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
    while !tuner.isFinished, !shouldStop(), outputFailure == nil {
      guard let step = try tuner.step(shouldStop: shouldStop) else { break }
      do { try report.step(step) } catch { outputFailure = error }
    }
    report.endProgress()
    guard tuner.completedSteps > 0 else {
      StandardError.line("Stopped before the first step was done; nothing was written.")
      throw ExitCode.interrupted
    }
    try destination.write(tuner.adapter, baseModel: model.path)
    if let outputFailure { throw outputFailure }
    try report.end(adapter: out, steps: tuner.completedSteps)
    if interrupted { throw ExitCode.interrupted }
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
