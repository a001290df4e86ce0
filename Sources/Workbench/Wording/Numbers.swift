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
