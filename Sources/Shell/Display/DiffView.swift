public import Workbench

/// Two texts, their differences marked. The spans' text is made harmless here.
public struct DiffView: Sendable {
  private let spans: [WordDiff.Span]
  private let palette: Palette

  /// A view of `spans`.
  public init(_ spans: [WordDiff.Span], palette: Palette) {
    self.spans = spans.map { WordDiff.Span($0.kind, sanitised($0.text)) }
    self.palette = palette
  }

  /// At least this many columns are needed for two texts side by side.
  public static let sideBySideColumns = 100

  /// The lines to show in a window of `width` columns; nil: no window, so nothing is wrapped.
  public func lines(width: Int?, left: String, right: String) -> [String] {
    guard let width, width >= Self.sideBySideColumns else { return inline(width: width) }
    return sideBySide(width: width, left: left, right: right)
  }

  /// One text, what was removed before what was added.
  private func inline(width: Int?) -> [String] {
    rows(palette.isColoured ? apart : spans, width: width.map { $0 - 1 }, removed: .struck).map {
      $0.text
    }
  }

  /// Colours alone part what was removed from what took its place: here it also stands apart, on a line of its own
  /// where it is long, so that no two words run together.
  private var apart: [WordDiff.Span] {
    var result: [WordDiff.Span] = []
    for span in spans {
      if let last = result.last, last.kind == .removed, span.kind == .added,
        last.text.last?.isWhitespace == false, span.text.first?.isWhitespace == false
      {
        let isLong = max(last.text.count, span.text.count) > Self.longRun
        result.append(WordDiff.Span(.equal, isLong ? "\n" : " "))
      }
      result.append(span)
    }
    return result
  }

  private static let longRun = 60

  private func sideBySide(width: Int, left: String, right: String) -> [String] {
    let column = (width - 1 - 3) / 2
    let lefts = rows(spans.filter { $0.kind != .added }, width: column, removed: .removed)
    let rights = rows(spans.filter { $0.kind != .removed }, width: column, removed: .removed)
    return besideLines((left, lefts), (right, rights), column: column, palette: palette)
  }

  /// The spans as painted rows, each with the cells it takes. In one text with what was added,
  /// what was removed is struck through; on a side of its own it is easier to read without.
  private func rows(_ spans: [WordDiff.Span], width: Int?, removed: Style) -> [(
    text: String, used: Int
  )] {
    StyledText(
      spans.map { span in
        let style: Style? =
          switch span.kind {
          case .equal: nil
          case .removed: removed
          case .added: .added
          }
        return StyledText.Run(marked(span), style)
      }
    ).rows(width: width, palette: palette)
  }

  /// Without colours, brackets mark what was removed and added (as `git diff --word-diff` does).
  private func marked(_ span: WordDiff.Span) -> String {
    if palette.isColoured || span.kind == .equal { return span.text }
    let core = trimmed(span.text)
    guard !core.isEmpty else { return span.text }
    let lead = span.text.prefix { $0.isWhitespace }
    let trail = String(span.text.reversed().prefix { $0.isWhitespace }.reversed())
    return lead + (span.kind == .removed ? "[-\(core)-]" : "{+\(core)+}") + trail
  }
}
