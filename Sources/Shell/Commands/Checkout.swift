import Workbench

extension Command {
  static let checkout = Command(
    name: "checkout", arguments: "BURST | NAME | foundation",
    summary: "Go to another burst, or to the foundation.",
    details: """
      Replies, comparisons and the next burst go on from there; nothing is lost. A burst may be named by its number, \
      @3, or the name that /branch gave it; 0 is the foundation. /history shows them.
      Defaults: none; a burst is needed.
      Example: /checkout 3   or   /checkout foundation
      """,
    group: .tuning, completes: .burst
  ) { words, console in
    try words.expect(atMost: 1)
    let word = try words.word(at: 0, what: "The burst's number")
    let id = try console.burst(word.hasPrefix("@") ? word : "@" + word)
    try console.workbench.checkout(id)
    try console.output.answer(CheckoutReport(current: id)) {
      console.output.prose("\(burstName(id)) is in use")
    }
    return .prompt
  }
}

private struct CheckoutReport: Encodable {
  var current: Int?

  enum CodingKeys: CodingKey { case current }

  // The foundation is said as null rather than left out.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(current, forKey: .current)
  }
}
