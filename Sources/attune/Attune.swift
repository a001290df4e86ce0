import ArgumentParser

/// The program: flags and subcommands, nothing else.
@main
struct Attune: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attune",
    abstract:
      "A REPL that holds a language model in memory, tunes it live, and shows before and after.",
    usage: """
      attune [--model M] [--session FILE] [--run SCRIPT] [-c LINE] [--threads N] [--seed N] \
      [--json] [--no-color]
      attune <subcommand> [options]
      """,
    discussion: """
      Without a subcommand the REPL opens: `attune help repl` explains its flags. \
      M is a GGUF file, a folder of config.json and safetensors, or the name of a model in the \
      cache; left out, it is the default model, which `attune fetch smollm2` gets.

      Exit codes: 0 fine, 1 failed, 3 a script stopped at an error, 64 usage, 100 a probe \
      failed, 130 interrupted.
      """,
    version: "0.1.0",
    subcommands: [
      OpenREPL.self, Generate.self, Score.self, Probe.self, Tune.self, ReplaySession.self,
      ReportSession.self,
      Tokenize.self, Detokenize.self,
      Render.self, Inspect.self, Bench.self, Fetch.self, Doctor.self,
    ],
    defaultSubcommand: OpenREPL.self)
}
