import Engine
import Workbench

extension Command {
  static let retry = Command(
    name: "retry", arguments: "[N]",
    summary: "Hear another reply to the last prompt.",
    details: """
      It takes the last reply's place, for /fix, /good, /bad and the conversation. Drawn at the \
      temperature that is set, or at \(freeTemperature) where that is 0. Attempts of a prompt \
      count from 1, and the same seed and number give the same reply: /retry 2 is the second again; without a number, the next one.
      Example: /retry
      """,
    group: .trying
  ) { words, console in
    try words.expect(atMost: 1)
    let attempt = try words[0].map {
      try wholeNumber($0, what: "The attempt", in: 1...1_000_000)
    }
    try console.show { onText in
      try console.workbench.retry(
        attempt: attempt, shouldStop: { Interrupt.take() }, onText: onText)
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
