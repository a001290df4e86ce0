import Engine
import Workbench

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Command {
  static let heat = Command(
    name: "heat", arguments: "[%N] [top=N]",
    summary: "See where tuning moved the tokens of a reply.",
    details: """
      The reply is read by the foundation and by the adapter in use. Each token is coloured by the KL divergence \
      between what both expected there, in nats; without colours there is a line a token: KL, and by how much its \
      log probability rose. Then the tokens that moved most, with the likeliest ones of both.
      Defaults: the last reply; the 5 tokens that moved most.
      Example: /heat %3 top=3
      """,
    group: .trying, completes: .turn
  ) { words, console in
    var turn: Int?
    var top = 5
    for word in words.all {
      if word.hasPrefix("top=") {
        top = try wholeNumber(String(word.dropFirst(4)), what: "top", in: 1...20)
      } else if turn == nil {
        let named = word.hasPrefix("%") ? word : "%" + word
        guard let reference = TurnReference(named) else { throw UsageError.notATurn(word) }
        turn = reference.id
      } else {
        throw UsageError.surplus(word, usage: words.usage)
      }
    }
    let heat = try console.workbench.heat(turn: turn, top: top)
    try HeatView(heat, model: console.workbench.model, top: top).show(on: console.output)
    return .prompt
  }
}

/// A reply's tokens and how far each was moved, as people see it.
package struct HeatView {
  private let heat: Heat
  private let top: Int
  private let text: (Token) -> String
  private let pieces: [TokenText.Piece]

  init(_ heat: Heat, model: any TunableModel, top: Int) {
    self.heat = heat
    self.top = top
    text = { String(decoding: model.bytes(of: $0), as: UTF8.self) }
    pieces = TokenText.pieces(heat.movements.map { model.bytes(of: $0.token) })
  }

  /// From which KL divergence on, in nats, a token has the colour of each level. A token whose probability the adapter
  /// leaves alone is near 0; one that was hardly possible and is now expected is above 3.
  static let levels = [0.1, 0.4, 1.2, 3.0]

  package static func level(_ divergence: Double) -> Int { levels.count { divergence >= $0 } }

  func show(on output: Output) throws {
    try output.answer(HeatReport(heat, text)) {
      let names = ("foundation", "burst \(heat.burst)")
      output.lines(reply)
      for place in heat.hottest(top) {
        output.line()
        let movement = heat.movements[place]
        output.prose(
          "\(place + 1) \(quoted(movement.token)): KL \(fixed(movement.divergence, places: 2)), "
            + "\(percent(movement.before)) → \(percent(movement.after))", .strong)
        let rows = [(names.0, movement.likeliestBefore), (names.1, movement.likeliestAfter)]
        output.facts(
          rows.map { name, candidates in
            let list = candidates.map { "\(quoted($0.token)) \(percent($0.logProbability))" }
            return ["  " + name, list.joined(separator: "  ")]
          })
      }
    }
  }

  /// The reply, its tokens coloured and the colours explained; a row a token where there are no colours.
  private func reply(for page: Page) -> [String] {
    let palette = page.palette
    guard palette.isColoured else { return tableLines(table, width: page.room) }
    let runs = pieces.map { piece -> StyledText.Run in
      let most = heat.movements[piece.tokens].map(\.divergence).max() ?? 0
      let level = Self.level(most)
      return StyledText.Run(sanitised(piece.text), level > 0 ? .heat(level) : nil)
    }
    let legend = Self.levels.enumerated().map { level, least in
      palette.paint(" \(short(least)) ", .heat(level + 1))
    }
    return StyledText(runs).rows(width: page.room, palette: palette).map(\.text)
      + ["KL in nats from " + legend.joined(separator: " ")]
  }

  private var table: [[String]] {
    [["", "kl", "Δlogp", "token"]]
      + heat.movements.enumerated().map { index, movement in
        [
          "\(index + 1)", fixed(movement.divergence, places: 3),
          signed(Double(movement.after - movement.before)), quoted(movement.token),
        ]
      }
  }

  private func quoted(_ token: Token) -> String { "“\(sanitisedLine(text(token)))”" }

  private func signed(_ value: Double) -> String {
    (value > 0 ? "+" : "") + fixed(value, places: 3)
  }
}

/// A log probability as a share of a hundred.
package func percent(_ logProbability: Float) -> String {
  let share = 100 * exp(Double(logProbability))
  return fixed(share, places: share < 1 ? 2 : share < 10 ? 1 : 0) + "%"
}

private struct HeatReport: Encodable {
  struct Candidate: Encodable {
    var token: Token
    var text: String
    var logp: Float
  }
  struct Row: Encodable {
    var token: Token
    var text: String
    var kl: Double
    var foundation: Float
    var tuned: Float
    var likeliestFoundation: [Candidate]
    var likeliestTuned: [Candidate]
  }
  var turn: Int
  var burst: Int
  var scale: Float
  var tokens: [Row]

  init(_ heat: Heat, _ text: (Token) -> String) {
    turn = heat.turn.id
    burst = heat.burst
    scale = heat.strength
    func candidates(_ list: [Movement.Candidate]) -> [Candidate] {
      list.map { Candidate(token: $0.token, text: text($0.token), logp: $0.logProbability) }
    }
    tokens = heat.movements.map {
      Row(
        token: $0.token, text: text($0.token), kl: $0.divergence, foundation: $0.before,
        tuned: $0.after, likeliestFoundation: candidates($0.likeliestBefore),
        likeliestTuned: candidates($0.likeliestAfter))
    }
  }
}
