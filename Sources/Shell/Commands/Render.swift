import Engine
import Workbench

extension Command {
  static let render = Command(
    name: "render", arguments: "NUMBER [tokens]",
    summary: "Show an example exactly as the model sees it.",
    details: """
      The text with its special tokens, under the present system prompt; what is trained is coloured, or stands \
      between ⟦ and ⟧. ⏎ is a new line, ⇥ a tab. /render N tokens lists the tokens with their ids, trained ones \
      marked *.
      Defaults: the text, not the tokens.
      Example: /render 3   or   /render 3 tokens
      """,
    group: .examples, completes: .each([.example, .choice(["tokens"])])
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
        output.lines { rendered.marked(for: $0) }
      } else {
        output.table(rendered.table)
      }
    }
    output.note(
      "\(counted(rendered.item.tokens.count, "token")), \(rendered.item.trainedCount) trained")
    return .prompt
  }
}

extension RenderedExample {
  /// The text, what is trained marked.
  fileprivate func marked(for page: Page) -> [String] {
    let palette = page.palette
    var runs: [StyledText.Run] = []
    var isOpen = false
    for piece in TokenText.pieces(bytes) {
      let isTrained = item.trained[piece.tokens].contains(true)
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
    return StyledText(runs).rows(width: page.room, palette: palette).map(\.text)
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
