extension FileSummary {
  /// The summary for people, a line each, names and values in columns.
  public var lines: [String] {
    var lines = [
      "\(printable(path)): \(words), \(storage), \(Self.amount(bytes, "B"))"
    ]
    var facts: [(String, String)] = []
    if let architecture { facts.append(("architecture", printable(architecture))) }
    if let name { facts.append((kind == .adapter ? "trained on" : "name", printable(name))) }
    if !tensors.isEmpty {
      facts.append(
        ("parameters", "\(Self.amount(parameters, "")) in \(Self.count(tensors.count, "tensor"))"))
    }
    for share in formats {
      facts.append(
        (
          printable(share.format),
          "\(Self.amount(share.bytes, "B")) in \(Self.count(share.tensors, "tensor"))"
            + (share.runs ? "" : " (this build cannot run it)")
        ))
    }
    lines += Self.columns(facts.map { [$0.0, $0.1] })
    if !metadata.isEmpty {
      let rows = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      lines += ["", "metadata"] + Self.columns(rows.map { [printable($0.key), $0.value.line] })
    }
    if !tensors.isEmpty {
      let rows = tensors.map { tensor in
        [
          printable(tensor.name), printable(tensor.format),
          tensor.shape.map(String.init).joined(separator: " × "), Self.amount(tensor.bytes, "B"),
        ]
      }
      lines += ["", "tensors"] + Self.columns(rows)
    }
    return lines
  }

  private var words: String {
    switch kind {
    case .model: "a model"
    case .vocabulary: "a vocabulary without weights"
    case .adapter: "an adapter"
    case .tensors: "tensors"
    }
  }

  private static func count(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// Rows indented by two spaces, each column but the last as wide as its widest entry.
  private static func columns(_ rows: [[String]]) -> [String] {
    var widths: [Int] = []
    for row in rows {
      for (column, text) in row.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], text.count)
      }
    }
    return rows.map { row in
      let padded = row.dropLast().enumerated().map { column, text in
        text + String(repeating: " ", count: widths[column] - text.count)
      }
      return "  " + (padded + row.suffix(1)).joined(separator: "  ")
    }
  }

  /// A number with a decimal prefix and one digit after the point from a thousand on: `98.4 MB`,
  /// `134.5 M`.
  package static func amount(_ value: Int, _ unit: String) -> String {
    var prefixes = ["", "k", "M", "G", "T", "P"]
    var size = 1
    func tenths() -> Int { value / size * 10 + (value % size * 10 + size / 2) / size }
    while prefixes.count > 1, value / size >= 1000 || tenths() >= 10_000 {
      prefixes.removeFirst()
      size *= 1000
    }
    let prefix = prefixes[0]
    let number = size == 1 ? "\(value)" : "\(tenths() / 10).\(tenths() % 10)"
    let suffix = prefix + unit
    return suffix.isEmpty ? number : number + " " + suffix
  }
}
