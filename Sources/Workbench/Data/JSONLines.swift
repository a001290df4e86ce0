import Engine

/// The JSON values of a file of JSON Lines, or of one JSON array or object.
enum JSONLines {
  /// One value and the number of its line (of an array: of its element), from 1.
  struct Record {
    var number: Int
    var value: Result<JSONValue, JSONError>
  }

  /// The records of a file; blank lines count as lines but hold none.
  static func records(_ bytes: [UInt8]) -> [Record] {
    if let problem = foreignEncoding(bytes) {
      return [Record(number: 1, value: .failure(problem))]
    }
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let lines = lines(bytes, from: start)
    guard let first = lines.first else { return [] }
    if bytes[first.range].filter({ !isSpace($0) }) == [UInt8(ascii: "[")] {
      return brokenArray(bytes, start)
    }
    // Whole-file JSON is tried only where the first line alone cannot be a data line.
    let head = read(bytes, first.range)
    if let elements = array(head, bytes, start) {
      return elements.enumerated().map { Record(number: $0 + 1, value: .success($1)) }
    }
    if case .failure = head, case .success(let whole) = read(bytes, start..<bytes.count),
      whole.object != nil
    {
      return [Record(number: first.number, value: .success(whole))]
    }
    return [Record(number: first.number, value: head)]
      + lines.dropFirst().map { Record(number: $0.number, value: read(bytes, $0.range)) }
  }

  /// The elements of an array over several lines; what stands before a fault is kept.
  private static func brokenArray(_ bytes: [UInt8], _ start: Int) -> [Record] {
    let (value, failure) = JSONReader.salvage(bytes[start...])
    var elements = value.array ?? []
    // The element in which the fault lies is half an element.
    if failure != nil { elements = elements.dropLast() }
    if DataShape.isConversation(elements), failure == nil { elements = [.array(elements)] }
    var records = elements.enumerated().map { Record(number: $0 + 1, value: .success($1)) }
    if let failure { records.append(Record(number: records.count + 1, value: .failure(failure))) }
    return records
  }

  /// The elements of a file that is one JSON array, but not one of messages: that is a line of its own.
  private static func array(
    _ head: Result<JSONValue, JSONError>, _ bytes: [UInt8], _ start: Int
  ) -> [JSONValue]? {
    guard bytes[start...].first(where: { !isSpace($0) }) == UInt8(ascii: "[") else { return nil }
    if case .success(.array(let elements)) = head, DataShape.isConversation(elements) {
      return nil
    }
    guard case .success(.array(let elements)) = read(bytes, start..<bytes.count) else { return nil }
    return DataShape.isConversation(elements) ? [.array(elements)] : elements
  }

  private static func read(_ bytes: [UInt8], _ range: Range<Int>) -> Result<JSONValue, JSONError> {
    do throws(JSONError) {
      return .success(try JSONReader.read(bytes[range], .data))
    } catch {
      return .failure(error)
    }
  }

  /// Lines that are not blank, without their ends.
  private static func lines(_ bytes: [UInt8], from start: Int) -> [(number: Int, range: Range<Int>)]
  {
    var lines: [(number: Int, range: Range<Int>)] = []
    var number = 1
    var first = start
    while first < bytes.count {
      let end = bytes[first...].firstIndex(of: 0x0A) ?? bytes.count
      if bytes[first..<end].contains(where: { !isSpace($0) }) {
        lines.append((number, first..<end))
      }
      number += 1
      first = end + 1
    }
    return lines
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
  }

  private static func foreignEncoding(_ bytes: [UInt8]) -> JSONError? {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return JSONError(
        offset: 0, line: 1, expected: "text in UTF-8", found: "UTF-16; save the file in UTF-8")
    }
    if bytes.starts(with: [0x1F, 0x8B]) {
      return JSONError(
        offset: 0, line: 1, expected: "text", found: "gzip; unpack the file first")
    }
    return nil
  }
}
