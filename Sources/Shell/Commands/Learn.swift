import Workbench

extension Command {
  static let learn = Command(
    name: "learn", arguments: "FILE [window=TOKENS]",
    summary: "Add a raw text, such as a manual, in windows.",
    details: """
      A text in UTF-8 is cut into windows at the ends of sentences and paragraphs; each becomes an example of which \
      every token is trained. Of the windows held back, the perplexity shows, before and after /tune, whether the \
      domain was learnt rather than the text. /perplexity FILE measures it again; /undo takes the examples back.
      Defaults: windows of 256 tokens at most; the last tenth, at most \(Domain.mostMeasured) windows, is held back.
      Example: /learn manual.txt   then   /tune 3 epochs   and   /perplexity manual.txt
      """,
    group: .examples, completes: .file
  ) { words, console in
    let (path, window) = try console.domainArguments(words)
    let domain = try console.workbench.domain(path: path, window: window)
    let added = try console.workbench.learn(domain)
    let output = console.output
    try output.answer(
      LearnReport(added: added, count: added.count, held: domain.held.count, window: window)
    ) {
      let held =
        domain.held.isEmpty
        ? "" : "; \(counted(domain.held.count, "window")) held back to measure by"
      output.prose("\(counted(added.count, "example")) added: \(added)\(held)")
    }
    console.warn(about: added)
    try console.measure(domain)
    return .prompt
  }

  static let perplexity = Command(
    name: "perplexity", arguments: "FILE [window=TOKENS]",
    summary: "Measure how well a raw text is foreseen.",
    details: """
      Perplexity is e to the mean negative log likelihood of a token: of the foundation and of the adapter in use, \
      on what /learn FILE would hold back and on what it would add (\(Domain.mostMeasured) windows, spread over \
      all). Lower is better; where only the added part falls, it was learnt by heart.
      Defaults: windows of 256 tokens at most, as /learn has them.
      Example: /perplexity manual.txt
      """,
    group: .trying, completes: .file
  ) { words, console in
    let (path, window) = try console.domainArguments(words)
    try console.measure(try console.workbench.domain(path: path, window: window))
    return .prompt
  }
}

extension Console {
  fileprivate func domainArguments(_ words: Words) throws -> (path: String, window: Int) {
    let file = try words.word(at: 0, what: "The file")
    try words.expect(atMost: 2)
    guard let word = words[1] else { return (path(file), 256) }
    guard word.hasPrefix("window=") else {
      throw UsageError.surplus(word, usage: words.usage)
    }
    return (path(file), try wholeNumber(String(word.dropFirst(7)), what: "window", in: 16...8192))
  }

  /// Measures a domain's parts under the foundation and the adapter in use, and shows them.
  fileprivate func measure(_ domain: Domain) throws {
    let parts = [("held back", domain.held), ("to learn", domain.sample)].filter { !$0.1.isEmpty }
    let burst = workbench.session.current
    let sides = burst == nil ? [nil] : [nil, burst]
    let all = parts.reduce(0) { $0 + $1.1.count } * sides.count
    var done = 0
    var isStopped = false
    defer { output.endProgress() }
    var rows: [[String]] = []
    for (name, texts) in parts where !isStopped {
      let values = try sides.map { side in
        isStopped
          ? nil
          : try workbench.perplexity(texts, of: side) { _ in
            done += 1
            output.progress(Progress(step: done, total: all, unit: "window"))
            isStopped = done < all && Interrupt.take()
            return !isStopped
          }
      }
      // Half a measurement would compare different texts.
      if isStopped { break }
      let last = burst == nil ? nil : values.last ?? nil
      try output.answer(
        PerplexityReport(
          part: name, windows: texts.count, tokens: values[0]?.tokens ?? 0,
          foundation: values[0]?.value, tuned: last?.value, burst: burst)
      ) {
        rows.append(
          ["perplexity, \(name)"] + values.map { $0.map { fixed($0.value, places: 2) } ?? "-" })
      }
    }
    output.endProgress()
    if !rows.isEmpty {
      let names = sides.map { $0.map { "burst \($0)" } ?? "foundation" }
      output.lines { page in
        if let columns = page.columns, columns < 60 {
          return rows.flatMap { row in
            [page.palette.paint(row[0], .strong)]
              + zip(names, row.dropFirst()).map { "  \(padded($0, to: 11))\($1)" }
          }
        }
        return tableLines([[""] + names] + rows, width: page.room)
      }
    }
    if isStopped { output.note("(stopped; parts that were not whole are left out)") }
  }
}

private struct LearnReport: Encodable {
  var added: IDList
  var count: Int
  var held: Int
  var window: Int
}

private struct PerplexityReport: Encodable {
  var part: String
  var windows: Int
  var tokens: Int
  var foundation: Double?
  var tuned: Double?
  var burst: Int?
}
