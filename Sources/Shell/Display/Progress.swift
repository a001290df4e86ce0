import Workbench

/// How far a piece of work has come.
public struct Progress: Equatable, Sendable {
  /// The work done.
  public var step: Int
  /// All of the work; nil where that is not known.
  public var total: Int?
  /// What each step is, as in "step 3/20".
  public var unit: String
  /// The loss of each step so far, in nats per token.
  public var losses: [Double]
  /// How the last step stood besides, in a few words.
  public var standing: String?
  /// The last loss on examples held out, where some are.
  public var heldLoss: Double?
  /// Trained tokens a second, once known.
  public var tokensPerSecond: Double?
  /// Seconds of work left, once known.
  public var secondsLeft: Double?

  /// A state of the work.
  public init(
    step: Int, total: Int?, unit: String = "step", losses: [Double] = [], standing: String? = nil,
    heldLoss: Double? = nil, tokensPerSecond: Double? = nil, secondsLeft: Double? = nil
  ) {
    self.step = step
    self.total = total
    self.unit = unit
    self.losses = losses
    self.standing = standing
    self.heldLoss = heldLoss
    self.tokensPerSecond = tokensPerSecond
    self.secondsLeft = secondsLeft
  }

  /// One line of at most `width` cells: what matters most comes first and is kept longest.
  public func line(width: Int) -> String {
    let count = "\(step)" + (total.map { "/\($0)" } ?? "")
    var heads = [["\(unit) \(count)"], [count]]
    if let loss = losses.last.map({ fixed($0, places: 3) }) {
      heads = [
        ["\(unit) \(count)", "loss " + loss], [count, "loss " + loss], [count, loss], [count],
      ]
    }
    func cells(_ parts: [String]) -> Int { displayWidth(of: parts.joined(separator: "  ")) }
    var parts = heads.first { cells($0) <= width } ?? [count]
    func fits(_ part: String) -> Bool { cells(parts + [part]) <= width }
    if let standing, fits(standing) { parts.append(standing) }
    var tail: [String] = []
    if let heldLoss { tail.append("held-out " + fixed(heldLoss, places: 3)) }
    if let rate = tokensPerSecond { tail.append(short(rate) + " tok/s") }
    if let left = secondsLeft { tail.append(duration(left) + " left") }
    // Time left is worth more than speed, so it is tried first and written last.
    let kept = tail.reversed().filter { part in
      guard fits(part) else { return false }
      parts.append(part)
      return true
    }
    parts.removeLast(kept.count)
    let used = cells(parts + kept)
    let room = min(32, width - used - 2)
    if losses.count > 1, room >= 4 { parts.append(sparkline(losses, width: room)) }
    return truncated((parts + kept.reversed()).joined(separator: "  "), to: width)
  }
}

/// Values as a row of bars, at most `width` of them: neighbours are averaged where there are more.
/// A value that is not finite is a ×.
public func sparkline(_ values: [Double], width: Int) -> String {
  guard width > 0, !values.isEmpty else { return "" }
  let count = min(width, values.count)
  let means = (0..<count).map { bar -> Double in
    let range = bar * values.count / count..<(bar + 1) * values.count / count
    return values[range].reduce(0, +) / Double(range.count)
  }
  let finite = means.filter(\.isFinite)
  let least = finite.min() ?? 0
  let span = (finite.max() ?? 0) - least
  let bars = Array("▁▂▃▄▅▆▇█")
  return String(
    means.map { mean in
      guard mean.isFinite else { return "×" }
      return bars[span > 0 ? min(7, Int((mean - least) / span * 8)) : 0]
    })
}
