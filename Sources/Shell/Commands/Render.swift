import Engine
import Workbench

extension Command {
  static let render = Command(
    name: "render", arguments: "NUMBER [tokens]",
    summary: "Show an example exactly as the model sees it.",
    details: """
      The text with its special tokens, under the present system prompt; what is trained is \
      coloured, or stands between ⟦ and ⟧. ⏎ is a new line, ⇥ a tab. Without tokens, the text; /render N tokens lists the \
      tokens with their ids, trained ones marked *.
      Example: /render 3
      """,
    group: .examples, completes: .example
  ) { words, console in
    try words.expect(atMost: 2)
    let id = try words.number(at: 0, what: "The example's number")
    if let what = words[1], what != "tokens" {
      throw UsageError.notAChoice(what, what: "What to list", choices: ["tokens"])
    }
    let rendered = try console.workbench.render(id)
    let output = console.output
    try output.answer(RenderReport(id, rendered)) {
      if words[1] == nil {
        output.show(rendered)
      } else {
        for line in tableLines(rendered.table, width: output.width.map { $0 - 1 }) {
          output.line(line)
        }
      }
    }
    output.note(
      "\(counted(rendered.item.tokens.count, "token")), \(rendered.item.trainedCount) trained")
    return .prompt
  }
}

extension Output {
  /// The text of an example, what is trained marked.
  fileprivate func show(_ rendered: RenderedExample) {
    var runs: [StyledText.Run] = []
    var isOpen = false
    for piece in TokenText.pieces(rendered.bytes) {
      let isTrained = rendered.item.trained[piece.tokens].contains(true)
      let text = visible(piece.text)
      if !palette.isColoured, isTrained != isOpen {
        runs.append(StyledText.Run(isTrained ? "⟦" : "⟧", nil))
      }
      isOpen = isTrained
      runs.append(StyledText.Run(text, isTrained ? .added : .faint))
    }
    if isOpen, !palette.isColoured { runs.append(StyledText.Run("⟧", nil)) }
    // The last line's end needs no line of its own.
    if let last = runs.last, last.text.hasSuffix("\n") { runs[runs.count - 1].text.removeLast() }
    for row in StyledText(runs).rows(width: width.map { $0 - 1 }, palette: palette) {
      line(row.text)
    }
  }
}

/// `text`, harmless, with its white space shown.
private func visible(_ text: String) -> String {
  sanitised(text).replacing("\n", with: "⏎\n").replacing("\t", with: "⇥")
}

extension RenderedExample {
  /// A row a token: its place, id, whether it is trained, and its text.
  fileprivate var table: [[String]] {
    item.tokens.indices.map { index in
      let text = String(decoding: bytes[index], as: UTF8.self)
      return [
        "\(index + 1)", "\(item.tokens[index])", item.trained[index] ? "*" : " ",
        "“\(sanitisedLine(text))”",
      ]
    }
  }
}

/// As `attune render --json` has it.
private struct RenderReport: Encodable {
  var example: Int
  var text: String
  var ids: [Token]
  var trained: [Int]

  init(_ id: Int, _ rendered: RenderedExample) {
    example = id
    text = rendered.text
    ids = rendered.item.tokens
    trained = rendered.item.trained.map { $0 ? 1 : 0 }
  }
}
