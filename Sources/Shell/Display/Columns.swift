/// `names` laid out in columns, read downwards, that fit into `width` cells; whole lines.
public func columns(_ names: [String], width: Int) -> String {
  let widest = names.map { displayWidth(of: $0) }.max() ?? 0
  let count = max(1, (max(1, width - 1) + 2) / (widest + 2))
  let rows = (names.count + count - 1) / count
  var result = ""
  for row in 0..<rows {
    let cells = stride(from: row, to: names.count, by: rows).map { names[$0] }
    let line = cells.dropLast().map { padded($0, to: widest + 2) }.joined() + (cells.last ?? "")
    result += truncated(line, to: max(1, width - 1)) + "\n"
  }
  return result
}

/// Rows of cells as lines: each column as wide as its widest cell, the last one cut at `width`
/// (nil: nothing is cut).
public func tableLines(_ rows: [[String]], width: Int?) -> [String] {
  let count = rows.map(\.count).max() ?? 0
  let widths = (0..<count).map { column in
    rows.map { $0.indices.contains(column) ? displayWidth(of: $0[column]) : 0 }.max() ?? 0
  }
  return rows.map { row in
    let cells = row.enumerated().map { index, cell in
      index == row.count - 1 ? cell : padded(cell, to: widths[index])
    }
    let line = cells.joined(separator: "  ")
    return width.map { truncated(line, to: $0) } ?? line
  }
}

/// Painted rows, each with the cells it takes.
typealias PaintedRows = [(text: String, used: Int)]

/// Two columns of `column` cells under their titles, a bar between them.
func besideLines(
  _ left: (title: String, rows: PaintedRows), _ right: (title: String, rows: PaintedRows),
  column: Int, palette: Palette
) -> [String] {
  var lines = [
    palette.paint(padded(truncated(left.title, to: column), to: column), .strong) + "   "
      + palette.paint(truncated(right.title, to: column), .strong)
  ]
  let bar = palette.paint(" │ ", .faint)
  for index in 0..<max(left.rows.count, right.rows.count) {
    let (text, used) = left.rows.indices.contains(index) ? left.rows[index] : ("", 0)
    let other = right.rows.indices.contains(index) ? right.rows[index].text : ""
    lines.append(text + String(repeating: " ", count: max(0, column - used)) + bar + other)
  }
  return lines
}
