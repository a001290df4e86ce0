import Workbench

extension Command {
  static let scale = Command(
    name: "scale", arguments: "[0…2]",
    summary: "Show or set the adapter's strength.",
    details: """
      1 is as the adapter was tuned, 0 is the foundation, 2 is twice as strong.
      Defaults: without a number it shows the scale; at first 1.
      Example: /scale 0.5
      """,
    group: .trying
  ) { words, console in
    try words.expect(atMost: 1)
    if let word = words[0] {
      guard let strength = Float(word), (0...2).contains(strength) else {
        throw UsageError.notANumber(word, what: "The scale", range: "from 0 to 2")
      }
      try console.workbench.setStrength(strength)
    }
    let strength = console.workbench.session.state.strength
    try console.output.answer(ScaleReport(scale: strength)) {
      console.output.prose("scale \(fixed(Double(strength), places: 2))")
    }
    return .prompt
  }
}

private struct ScaleReport: Encodable {
  var scale: Float
}
