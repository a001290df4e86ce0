#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A moment to the second, written as ISO 8601 in UTC: `2026-11-24T10:15:00Z`.
public struct Timestamp: TextCoded, Sendable, Hashable, Comparable {
  /// What the text form looks like.
  public static let form = "a date such as 2026-11-24T10:15:00Z"

  /// Seconds since 1970-01-01T00:00:00Z.
  public var seconds: Int

  /// The moment `seconds` after 1970-01-01T00:00:00Z; years 1 to 9999.
  public init(seconds: Int) {
    self.seconds = min(max(seconds, -62_135_596_800), 253_402_300_799)
  }

  /// Now, by the machine's clock.
  public static func now() -> Timestamp { Timestamp(seconds: Int(time(nil))) }

  /// The order of time.
  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }

  /// The moment `text` names, where it is of the form `2026-11-24T10:15:00Z`.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    let pattern = Array("dddd-dd-ddTdd:dd:ddZ".utf8)
    guard bytes.count == pattern.count else { return nil }
    var fields: [Int] = [0]
    for (byte, expected) in zip(bytes, pattern) {
      if expected == UInt8(ascii: "d") {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        fields[fields.count - 1] = fields[fields.count - 1] * 10 + Int(byte - UInt8(ascii: "0"))
      } else {
        guard byte == expected else { return nil }
        fields.append(0)
      }
    }
    guard fields[0] >= 1, 1...12 ~= fields[1], 1...31 ~= fields[2], fields[3] < 24,
      fields[4] < 60, fields[5] < 60
    else { return nil }
    let days = Timestamp.days(year: fields[0], month: fields[1], day: fields[2])
    self.init(seconds: days * 86_400 + fields[3] * 3_600 + fields[4] * 60 + fields[5])
    guard description == text else { return nil }
  }

  /// ISO 8601 in UTC.
  public var description: String {
    let days = (seconds - modulo(seconds, 86_400)) / 86_400
    let clock = modulo(seconds, 86_400)
    let date = Timestamp.civil(days: days)
    return
      "\(digits(date.year, 4))-\(digits(date.month, 2))-\(digits(date.day, 2))"
      + "T\(digits(clock / 3_600, 2)):\(digits(clock / 60 % 60, 2)):\(digits(clock % 60, 2))Z"
  }

  /// The day and the minute as people write them: `24 November 2026, 18:29 UTC`.
  package var words: String {
    let text = description
    return "\(day), \(text.dropFirst(11).prefix(5)) UTC"
  }

  /// The day as people write it: `24 November 2026`.
  package var day: String {
    let date = Timestamp.civil(days: (seconds - modulo(seconds, 86_400)) / 86_400)
    return "\(date.day) \(Self.months[date.month - 1]) \(date.year)"
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]

  // Both by Howard Hinnant, "chrono-compatible low-level date algorithms": years start in March, so
  // that the leap day is the last of its year.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted - modulo(shifted, 400)) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted - modulo(shifted, 146_097)) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let part = (5 * dayOfYear + 2) / 153
    let month = part < 10 ? part + 3 : part - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * part + 2) / 5 + 1
    )
  }
}

private func modulo(_ value: Int, _ divisor: Int) -> Int {
  let rest = value % divisor
  return rest < 0 ? rest + divisor : rest
}

private func digits(_ value: Int, _ width: Int) -> String {
  let text = String(value)
  return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
}
