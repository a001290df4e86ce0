import Engine
import Workbench

extension SessionReport {
  /// A session has more bursts than these by a script only.
  private static let mostBursts = 100

  /// How it was learnt: curves, a table, and what each burst did; nil where nothing was.
  var bursts: Markup? {
    let all = story.session.bursts
    guard !all.isEmpty else { return nil }
    let shown = Array(all.suffix(Self.mostBursts))
    let charts = [
      story.lossChart.map {
        ($0, "Loss, in nats a trained token, of each step before its update.")
      },
      story.driftChart.map {
        ($0, "Mean KL divergence from the foundation on neutral texts, in nats a position.")
      },
    ].compactMap { $0 }
    return section(
      "bursts", "How it was learnt",
      [
        charts.isEmpty
          ? nil
          : Markup(
            .div, ["class": "charts"],
            charts.map { chart, caption in
              Markup(.figure, chart, Markup(.figcaption, .words(caption)))
            }),
        table(shown),
        all.count > shown.count
          ? note("\(counted(all.count - shown.count, "earlier burst")) in the session’s file.")
          : nil,
      ] + shown.map(details))
  }

  private func table(_ bursts: [Burst]) -> Markup {
    typealias Column = (name: String, cell: (Burst) -> String?)
    let columns: [Column] = [
      ("after", { $0.parent.map { "burst \($0)" } ?? "the foundation" }),
      ("loss", { $0.losses.isEmpty ? nil : $0.lossText }),
      ("held-out loss", heldText), ("drift", { $0.driftText }),
      (
        "probes",
        { burst in
          let probes = story.session.probes.of(burst.id)
          return probes.isEmpty
            ? nil : probes.map { "\($0.suite) \($0.counts)" }.joined(separator: ", ")
        }
      ),
      ("took", { $0.blendText ?? $0.summary }),
    ]
    // What was measured of no burst has no column.
    let told = columns.filter { column in bursts.contains { column.cell($0) != nil } }
    return table(
      "Bursts, short runs of tuning", ["burst"] + told.map(\.name),
      bursts.map { burst in
        [.group([title(burst), burst.id == story.session.current ? use : ""])]
          + told.map { .words($0.cell(burst) ?? "–") }
      })
  }

  private func heldText(_ burst: Burst) -> String? {
    guard let after = burst.heldLoss else { return nil }
    let before = burst.held?.loss(after: 0).map { fixed($0, places: 3) + " → " } ?? ""
    return before + fixed(after, places: 3)
  }

  private func title(_ burst: Burst) -> Markup {
    .group([
      "\(burst.id)", burst.name.map { .group([" ", Markup(.bdi, .words("@\($0)"))]) } ?? "",
    ])
  }

  private var use: Markup { .group([" ", Markup(.span, ["class": "badge"], "in use")]) }

  /// What a burst was told to do, and the adapter it led to.
  private func details(_ burst: Burst) -> Markup {
    let seen = burst.examples.map { "\($0.ids)" }.joined(separator: ", ")
    var rows: [(name: String, value: Markup)] = []
    if let note = burst.note { rows.append(("note", Markup(.bdi, .words(note)))) }
    rows.append(("began", .words(burst.started.words)))
    if !seen.isEmpty { rows.append(("examples", .words(seen))) }
    if let correction = burst.correction { rows.append(("corrected", .words("\(correction)"))) }
    if let held = burst.held { rows.append(("held out", .words("\(held.examples)"))) }
    if let judged = burst.judged { rows.append(("pairs", .words(judged.standing))) }
    if let rules = burst.until {
      rows.append(
        ("until", .words("\(rules)" + (burst.endedBy.map { "; ended by \($0)" } ?? ""))))
    }
    if let kept = burst.keptStep { rows.append(("kept", .words("step \(kept) of \(burst.steps)"))) }
    rows.append(("recipe", .words(recipe(burst))))
    if let system = burst.system { rows.append(("system", Markup(.bdi, .words(system)))) }
    rows.append(("adapter", hash(burst.hash)))
    return Markup(
      .article, ["class": "burst"], Markup(.h3, "Burst ", title(burst)), facts(rows))
  }

  /// A recipe's settings, or whose they are too.
  private func recipe(_ burst: Burst) -> String {
    let shown = story.session.bursts.suffix(Self.mostBursts)
    if let first = shown.first(where: { $0.recipe == burst.recipe }), first.id < burst.id {
      return "as burst \(first.id)’s"
    }
    return (story.facts.recipe(burst.recipe) + ["seed \(burst.recipe.seed)"])
      .joined(separator: ", ")
  }

  /// A SHA-256, which may break anywhere.
  func hash(_ text: String) -> Markup {
    .group(["SHA-256 ", Markup(.code, .words(text))])
  }
}
