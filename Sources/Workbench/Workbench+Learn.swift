import Engine

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A text in windows: the last tenth, at most 32 of them, is held back, so that what a burst learnt of the domain can be
/// told from what it learnt by heart.
public struct Domain: Sendable, Equatable {
  /// The most windows whose likelihood is measured.
  public static let mostMeasured = 32

  /// The file's name.
  public var name: String
  /// Windows to learn.
  public var learnt: [String]
  /// Windows that are held back; none of a text of one window.
  public var held: [String]

  package init(name: String, windows: [String]) {
    self.name = name
    let count =
      windows.count < 2 ? 0 : min(Self.mostMeasured, max(1, windows.count / 10))
    learnt = Array(windows.dropLast(count))
    held = Array(windows.suffix(count))
  }

  /// So many of the windows to learn as are measured, spread over all of them.
  public var sample: [String] {
    let count = min(learnt.count, Self.mostMeasured)
    return (0..<count).map { learnt[$0 * learnt.count / count] }
  }
}

/// How well a text is foreseen.
public struct Perplexity: Sendable, Equatable {
  /// e to the mean negative log likelihood of a token.
  public var value: Double
  /// How many tokens were foreseen.
  public var tokens: Int
}

extension Workbench {
  /// The windows of a file of raw text, each of `window` tokens at most.
  public func domain(path: String, window: Int) throws -> Domain {
    let text = try RawText(path: path)
    let limit = min(window, model.contextLength)
    do {
      let windows = try TextWindows(limit: limit) { [model] text in
        try model.item(.text(text), system: nil).tokens.count
      }.split(text.text)
      return Domain(name: text.name, windows: windows)
    } catch let error as ItemError {
      throw WorkbenchError.newExample(error)
    }
  }

  /// Adds the windows to learn as examples, as one change.
  public func learn(_ domain: Domain) throws -> IDList {
    try requireWritable()
    var extra = JSONObject()
    extra["source"] = .string(domain.name)
    // A window of one token has nothing to foresee.
    let new = try domain.learnt.filter { try foreseen($0) > 0 }.map {
      NewExample(.text($0), extra: extra, origin: .learned)
    }
    guard !new.isEmpty else { throw WorkbenchError.newExample(.nothingTrained) }
    return try change { $0.addExamples(new, now: now()) }
  }

  private func foreseen(_ text: String) throws -> Int {
    do throws(ItemError) {
      return try model.item(.text(text), system: nil).trainedCount
    } catch {
      throw WorkbenchError.newExample(error)
    }
  }

  /// How well a burst at the session's strength (nil: the foundation) foresees `texts`; nil where nothing was measured.
  /// `progress` is told the texts done and answers whether to go on.
  public func perplexity(
    _ texts: [String], of burst: Int?, progress: (Int) -> Bool = { _ in true }
  ) throws -> Perplexity? {
    let weights = try burst.map(weights(of:))
    var nats = 0.0
    var tokens = 0
    for (index, text) in texts.enumerated() {
      let item: TrainingItem
      do throws(ItemError) {
        item = try model.item(.text(text), system: nil)
      } catch {
        throw WorkbenchError.newExample(error)
      }
      let scores = try model.score(
        [item], weights: weights, strength: session.state.strength, progress: { _ in true })
      for score in scores.joined() {
        nats += Double(score)
        tokens += 1
      }
      if !progress(index + 1) { break }
    }
    return tokens > 0 ? Perplexity(value: exp(nats / Double(tokens)), tokens: tokens) : nil
  }
}
