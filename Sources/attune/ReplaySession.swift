import ArgumentParser
import Engine
import Shell
import Workbench

/// Runs a session again.
struct ReplaySession: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Run a session again; with --check every byte must come out the same.",
    discussion: """
      Tunes each burst again from the session's JSON alone, then makes its comparisons and replies again, and says of \
      each whether it is what the session says. The session is not written. What other kernels made (avx2 and vnni have \
      the same bytes) is held to its losses, within \(Replay.tolerance * 100) %. Replies that cannot be made again are \
      left out and counted.

      Exit codes: with --check, 1 where anything is not the same; 130 where Ctrl-C stopped it.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "End with exit code 1 where anything is not the same.")
  var check = false

  @Argument(help: "The session: a path, or a name in the sessions folder.")
  var session: String

  func run() throws {
    let path = SessionPlaces.current().path(for: session)
    let recorded = try SessionStore.peek(path: path)
    let engine = EngineModel(try load(recorded.model))
    let replay = try Replay(recorded, model: engine)
    let screen = makeScreen(json: output.json)
    var view = ReplayView(replay, kernels: engine.kernels, on: screen)
    Interrupt.install()
    var isInterrupted = false
    let clock = ContinuousClock()
    var start = clock.now
    var losses: [Double] = []
    try replay.run(
      shouldStop: {
        isInterrupted = isInterrupted || Interrupt.take()
        return isInterrupted || screen.isBroken
      },
      step: { burst, step in
        losses = step.step == 1 ? [step.loss] : losses + [step.loss]
        let took = (clock.now - start) / .seconds(1)
        screen.progress(
          Progress(
            step: step.step, total: burst.steps, unit: "burst \(burst.id), step", losses: losses,
            secondsLeft: took / Double(step.step) * Double(burst.steps - step.step)))
      },
      report: { outcome in
        try view.show(outcome, seconds: (clock.now - start) / .seconds(1))
        start = clock.now
        return true
      })
    try view.conclude()
    if isInterrupted { throw ExitCode.interrupted }
    if screen.isBroken || check && view.hasDrifted { throw ExitCode.failure }
  }

  /// The model named, else the session's by its path or its file's name, else the default one.
  private func load(_ recorded: ModelIdentity?) throws -> Model {
    let places = ModelPlaces.current
    // A session may come from another machine; the model's hash tells whether the default will do.
    let known = model.model == nil ? recorded.flatMap { places.path(of: $0) } : nil
    return try Model(path: known ?? places.resolve(model.model), threads: model.threads)
  }
}
