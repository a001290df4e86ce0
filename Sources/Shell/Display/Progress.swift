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

/// `value` with `places` digits after the point; "nan" and "inf" as they are.
public func fixed(_ value: Double, places: Int) -> String {
  guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
  let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
  let scaled = (abs(value) * scale).rounded()
  guard scaled < 1e15 else { return "\(value)" }
  let digits = String(Int64(scaled))
  let filled = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
  let sign = value < 0 && scaled > 0 ? "-" : ""
  return places == 0 ? sign + filled : sign + filled.dropLast(places) + "." + filled.suffix(places)
}

/// A number in three digits or so: 7.3, 812, 12.4k.
public func short(_ value: Double) -> String {
  let magnitude = abs(value)
  if magnitude < 10 { return fixed(value, places: 1) }
  if magnitude < 10_000 { return fixed(value, places: 0) }
  if magnitude < 1e6 { return fixed(value / 1000, places: 1) + "k" }
  return fixed(value / 1e6, places: 1) + "M"
}

/// Seconds as a person says them: 0.4 s, 12 s, 3 min 05 s, 2 h 10 min.
public func duration(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 1e9 else { return "a long time" }
  if seconds < 10 { return fixed(max(0, seconds), places: 1) + " s" }
  let whole = Int(seconds.rounded())
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  if whole < 60 { return "\(whole) s" }
  if whole < 3600 { return "\(whole / 60) min \(two(whole % 60)) s" }
  return "\(whole / 3600) h \(two(whole % 3600 / 60)) min"
}

/// Bytes as a person says them, in powers of 1024: 512 B, 93 MiB, 1.2 GiB.
public func byteCount(_ bytes: Int) -> String {
  let units = ["B", "KiB", "MiB", "GiB", "TiB"]
  var value = Double(bytes)
  var unit = 0
  while value >= 1024, unit < units.count - 1 {
    value /= 1024
    unit += 1
  }
  return fixed(value, places: unit == 0 || value >= 10 ? 0 : 1) + " " + units[unit]
}
