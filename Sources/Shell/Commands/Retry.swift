import Engine
import Workbench

extension Command {
  static let retry = Command(
    name: "retry", arguments: "[%N] [ATTEMPT]",
    summary: "Hear another reply to a prompt.",
    details: """
      It takes that reply's place, for /fix, /good, /bad and the conversation, which goes on from there. Attempts of a \
      prompt count from 1, and the same seed and number give the same reply: /retry 2 is the second again.
      Defaults: the last prompt; the next attempt; drawn at the temperature that is set, or at \(freeTemperature) \
      where that is 0.
      Example: /retry   or   /retry %3 2
      """,
    group: .trying, completes: .turn
  ) { words, console in
    try words.expect(atMost: 2)
    let reference = words[0].flatMap { TurnReference($0) }
    let rest = words.all.dropFirst(reference == nil ? 0 : 1)
    if rest.count > 1 { throw UsageError.surplus(rest[1], usage: words.usage) }
    let attempt = try rest.first.map {
      try wholeNumber($0, what: "The attempt", in: 1...1_000_000)
    }
    try console.show { onText in
      try console.workbench.retry(
        reference?.id, attempt: attempt, shouldStop: { Interrupt.take() }, onText: onText)
    }
    console.noteFreedom()
    return .prompt
  }
}

/// The temperature of further samples where none is set.
let freeTemperature = fixed(Double(Workbench.freeTemperature), places: 1)

extension Console {
  /// Says how further samples are drawn where that is not as the settings have it.
  func noteFreedom() {
    guard workbench.session.sampling.temperature == 0 else { return }
    output.note("(drawn at temperature \(freeTemperature); `/set temperature` sets another)")
  }
}
