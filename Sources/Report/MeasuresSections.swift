import Workbench

extension SessionReport {
  /// The style of replies on record in numbers; nil where none is, or nobody was asked to prefer one.
  var gauges: Markup? {
    let report = story.burst.flatMap { story.session.recordedGauges(of: $0.id) }
    let votes = story.burst.flatMap { burst in
      story.session.state.votes?.first { $0.burst == burst.id && $0.decided > 0 }
    }
    guard report != nil || votes != nil else { return nil }
    return section(
      "gauges", "The style in numbers",
      [
        report.map { report in
          table(
            "Means over \(counted(report.samples, "reply", "replies")) a side"
              + (report.samples > 1 ? ", with their 95% intervals" : ""),
            ["gauge", "foundation", burstName(report.right), "change"],
            report.rows.filter(saysSomething).map { row in
              [
                .words(row.gauge.title), .words(text(row, row.before)),
                .words(text(row, row.after)), .words(change(row)),
              ]
            })
        },
        votes.map {
          note(
            "Shown side by side, the tuned reply was preferred "
              + "\($0.tuned) of \(counted($0.decided, "time"))"
              + ($0.neither > 0 ? ", neither \(counted($0.neither, "time"))." : "."))
        },
      ])
  }

  /// Whether a gauge found anything on either side.
  private func saysSomething(_ row: GaugeReport.Row) -> Bool {
    [row.before, row.after].contains { $0.map { $0.mean != 0 } ?? false }
  }

  private func text(_ row: GaugeReport.Row, _ interval: Interval?) -> String {
    interval.map { $0.count > 1 ? row.shown($0) : row.number($0.mean) } ?? "–"
  }

  private func change(_ row: GaugeReport.Row) -> String {
    guard let change = row.change else { return "–" }
    let words = row.mark.map { $0 == "▲" ? "▲ more" : "▼ less" } ?? ""
    return (change.mean > 0 ? "+" : "") + row.number(change.mean)
      + (words.isEmpty ? "" : " \(words)")
  }

  /// What the bursts' probes found; nil where none was asked.
  var probes: Markup? {
    let records = story.session.probes.records
    guard !records.isEmpty else { return nil }
    func turned(_ names: [String], _ mark: String) -> Markup {
      names.isEmpty
        ? "" : Markup(.ul, names.map { Markup(.li, ["dir": "auto"], .words("\(mark) \($0)")) })
    }
    return section(
      "probes", "Probes",
      [
        table(
          "Prompts with expectations, before and after", ["suite", "asked", "passed", "turned"],
          records.map { record in
            [
              .words(record.suite), .words(burstName(record.burst)), .words(record.counts),
              record.mended.isEmpty && record.broken.isEmpty
                ? "–" : .group([turned(record.mended, "✗→✓"), turned(record.broken, "✓→✗")]),
            ]
          })
      ])
  }
}
