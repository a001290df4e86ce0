import Engine
import Workbench

extension SessionReport {
  /// The newest tell most.
  private static let mostComparisons = 40

  /// Replies before and after, changed words marked; nil where none is on record.
  var comparisons: Markup? {
    let shown = story.comparisons.suffix(Self.mostComparisons)
    guard !shown.isEmpty else { return nil }
    let left = story.comparisons.count - shown.count
    return section(
      "comparisons", "Before and after",
      [
        Markup(
          .p, ["class": "note"],
          "The same prompt, asked of both with the same random numbers. Words of one reply only are marked: ",
          Markup(.del, "gone"), " or ", Markup(.ins, "new"), "."),
        left > 0 ? note("\(counted(left, "earlier comparison")) in the session’s file.") : nil,
      ] + shown.map(figure))
  }

  private func figure(_ comparison: Comparison) -> Markup {
    let diff = comparison.diff
    return Markup(
      .figure, ["class": "pair"],
      [
        Markup(.h3, ["class": "said", "dir": "auto"], .words(comparison.prompt)),
        Markup(
          .div, ["class": "sides"],
          side(comparison.against, diff.before, "before"),
          side(comparison.burst, diff.after, "after")),
        Markup(.figcaption, .words(caption(comparison))),
      ])
  }

  private func side(_ burst: Int?, _ spans: [WordDiff.Span], _ side: String) -> Markup {
    let name = burst.map { id in
      "Burst \(id)" + (story.session.burst(id)?.name.map { " @\($0)" } ?? "")
    }
    return Markup(
      .div, ["class": .words("side " + side)],
      Markup(.p, ["class": "who"], .words(name ?? "The foundation")),
      spans.isEmpty
        ? Markup(.p, ["class": "note"], "(an empty reply)")
        : said(spans.flatMap(marked)))
  }

  /// A span, marked line by line: an empty line between two has nothing to mark.
  private func marked(_ span: WordDiff.Span) -> [Markup] {
    let tag: Markup.Tag
    switch span.kind {
    case .equal: return [.words(span.text)]
    case .removed: tag = .del
    case .added: tag = .ins
    }
    let lines = sanitised(span.text).split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().flatMap { index, line -> [Markup] in
      (index > 0 ? ["\n"] : []) + (line.isEmpty ? [] : [Markup(tag, .words(String(line)))])
    }
  }

  private func caption(_ comparison: Comparison) -> String {
    var parts = [comparison.diff.isEqual ? "the same reply" : comparison.gauges.words]
    let cut = [("before", comparison.foundationStop), ("after", comparison.tunedStop)]
      .filter { $0.1 == .length }.map(\.0)
    if !cut.isEmpty {
      parts.append(
        "\(cut.joined(separator: " and ")) cut off at \(comparison.sampling.maxTokens) tokens")
    }
    if comparison.strength != 1 {
      parts.append("adapter at \(fixed(Double(comparison.strength), places: 2)) of its strength")
    }
    if comparison.sampling.temperature > 0 {
      parts.append("temperature \(fixed(Double(comparison.sampling.temperature), places: 2))")
    }
    if !comparison.context.isEmpty {
      parts.append("after \(counted(comparison.context.count, "earlier message"))")
    }
    return parts.joined(separator: " · ")
  }
}
