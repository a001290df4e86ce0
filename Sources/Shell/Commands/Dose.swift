import Engine
import Workbench

extension Command {
  static let dose = Command(
    name: "dose", arguments: "[PROMPT]",
    summary: "Hear the adapter at several strengths.",
    details: """
      One reply at each of the scales 0 (the foundation), 0.25, 0.5, 1 and 1.5, with the same random numbers. \
      Nothing is kept; /scale N takes one for all replies to come. %3 is the third prompt of /turns.
      Defaults: the last prompt.
      Example: /dose Tell me about Paris.   then   /scale 0.5
      """,
    group: .trying, completes: .turn, takesProse: true
  ) { words, console in
    let prompt = try console.prompt(words.text, usage: words.usage)
    let doses = try console.decoding(prompt, "trying strengths, token") { onText in
      try console.workbench.dose(prompt, shouldStop: { Interrupt.take() }, onText: onText)
    }
    let output = console.output
    let inUse = console.workbench.session.state.strength
    for (index, dose) in doses.enumerated() {
      let changed = Gauges(WordDiff(doses[0].reply.text, dose.reply.text)).changedWords
      try output.answer(
        DoseReport(
          prompt: prompt, scale: dose.strength, text: dose.reply.text,
          stop: dose.reply.stop.rawValue, changedWords: changed)
      ) {
        if index > 0 { output.line() }
        let name = "scale \(fixed(Double(dose.strength), places: 2))"
        let what = dose.strength == 0 ? "the foundation" : "\(counted(changed, "word")) changed"
        let use = dose.strength == inUse ? ", in use" : ""
        output.prose("\(name): \(what)\(use)", .strong)
        output.prose(sanitised(dose.reply.text))
      }
    }
    if doses.contains(where: { $0.reply.stop == .interrupt }) {
      output.note("(stopped; what was said is shown)")
    }
    return .prompt
  }
}

private struct DoseReport: Encodable {
  var prompt: String
  var scale: Float
  var text: String
  var stop: String
  var changedWords: Int
}
