import Workbench

/// The story of a session as a page: one file of HTML that loads nothing, runs nothing and reads on any screen and on paper.
package struct SessionReport {
  let story: Story

  /// A report on `story`.
  package init(_ story: Story) { self.story = story }

  /// The page. The same story gives the same text.
  package var html: String {
    Markup(
      .html, ["lang": "en", "xmlns": "http://www.w3.org/1999/xhtml"],
      Markup(
        .head,
        Markup(.meta, ["charset": "utf-8"]),
        Markup(
          .meta,
          [
            "http-equiv": "Content-Security-Policy",
            "content":
              "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
          ]),
        Markup(.meta, ["name": "generator", "content": "\(Self.generator)\(story.facts.version)"]),
        Markup(
          .meta, ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        Markup(.meta, ["name": "color-scheme", "content": "light dark"]),
        Markup(.meta, ["name": "description", "content": .words(story.summary)]),
        Markup(.title, "\(story.facts.name) · Attune"),
        Markup(
          .style, .styles(String(decoding: PackageResources.report_css, as: UTF8.self)))),
      Markup(
        .body,
        header,
        Markup(
          .main,
          [comparisons, taught, bursts, gauges, probes, identity].compactMap { $0 }),
        footer)
    ).page
  }

  /// What the page says it was made by, before the version.
  static let generator = "Attune "

  private var header: Markup {
    let when = story.session.moments.map { moments in
      Markup(
        .p, ["class": "when"],
        moments.lowerBound.day == moments.upperBound.day
          ? time(moments.lowerBound)
          : .group([time(moments.lowerBound), " to ", time(moments.upperBound)]))
    }
    return Markup(
      .header,
      [
        Markup(.p, ["class": "kind"], "An Attune session"),
        Markup(.h1, ["dir": "auto"], .words(story.facts.name)),
        Markup(.p, ["class": "lead"], .words(story.summary)),
        when,
        Markup(
          .dl, ["class": "tiles"],
          figures.map { name, value in
            Markup(.div, Markup(.dt, .words(name)), Markup(.dd, .words(value)))
          }),
      ].compactMap { $0 })
  }

  private func time(_ moment: Timestamp) -> Markup {
    Markup(.time, ["datetime": "\(moment)"], .words(moment.words))
  }

  /// The figures to see first.
  private var figures: [(name: String, value: String)] {
    guard let burst = story.burst else { return [("examples", "\(story.examples.count)")] }
    var figures = [("examples", "\(story.taught)")]
    if story.path.count > 1 { figures.append(("bursts", "\(story.path.count)")) }
    figures += [("steps", "\(story.steps)"), ("time", duration(story.seconds))]
    if let last = burst.losses.last { figures.append(("last loss", fixed(last, places: 2))) }
    if let held = burst.heldLoss { figures.append(("held-out", fixed(held, places: 2))) }
    if let share = story.trainedShare { figures.append(("trained", Story.percent(share))) }
    if let drift = burst.drift { figures.append(("drift", fixed(drift, places: 3))) }
    return figures
  }

  private var footer: Markup {
    Markup(
      .footer,
      Markup(
        .p,
        .words(
          "Made by Attune \(story.facts.version) from the session’s record. This page loads nothing and runs no script."
        )))
  }
}

extension SessionReport {
  /// A part of the page under a heading of its own.
  func section(_ id: String, _ title: String, _ parts: [Markup?]) -> Markup {
    Markup(
      .section, ["id": .words(id), "aria-labelledby": "\(id)-heading"],
      [Markup(.h2, ["id": "\(id)-heading"], .words(title))] + parts.compactMap { $0 })
  }

  /// A remark in small letters.
  func note(_ text: String) -> Markup { Markup(.p, ["class": "note"], .words(text)) }

  /// A text that someone said, with its lines and in its own direction.
  func said(_ text: [Markup]) -> Markup {
    Markup(.p, ["class": "said", "dir": "auto"], text)
  }

  /// A table whose rows begin with their names. On a narrow screen each row stands as a list of its own.
  func table(_ caption: String, _ columns: [String], _ rows: [[Markup]]) -> Markup {
    Markup(
      .table, ["role": "table"],
      Markup(.caption, .words(caption)),
      Markup(
        .thead, ["role": "rowgroup"],
        Markup(
          .tr, ["role": "row"],
          columns.map { Markup(.th, ["scope": "col", "role": "columnheader"], .words($0)) })),
      Markup(
        .tbody, ["role": "rowgroup"],
        rows.map { row in
          Markup(
            .tr, ["role": "row"],
            zip(columns, row).enumerated().map { index, cell in
              index == 0
                ? Markup(.th, ["scope": "row", "role": "rowheader"], cell.1)
                : Markup(.td, ["role": "cell", "data-label": .words(cell.0)], cell.1)
            })
        }))
  }

  /// Names and what they are.
  func facts(_ rows: [(name: String, value: Markup)]) -> Markup {
    Markup(
      .dl, ["class": "facts"],
      rows.map { Markup(.div, Markup(.dt, .words($0.name)), Markup(.dd, $0.value)) })
  }
}
