/// A set of ids in ascending order, kept and written as runs: `1-10000` or `1-3,7`.
///
/// A burst over ten thousand examples names them in a few bytes, and a git diff stays readable.
public struct IDList: TextCoded, Sendable, Hashable {
  /// What the text form looks like.
  public static let form = "ids such as 1-3,7"

  /// Runs of ids, ascending, not touching.
  public private(set) var runs: [ClosedRange<Int>] = []

  /// An empty list.
  public init() {}

  /// The ids of `ids`, in any order.
  public init(_ ids: some Sequence<Int>) {
    for id in ids.sorted() {
      if let last = runs.last, id <= last.upperBound + 1 {
        runs[runs.count - 1] = last.lowerBound...Swift.max(last.upperBound, id)
      } else {
        runs.append(id...id)
      }
    }
  }

  /// How many ids there are.
  public var count: Int { runs.reduce(0) { $0 + $1.count } }
  /// Whether there is none.
  public var isEmpty: Bool { runs.isEmpty }
  /// Whether `id` is one of them.
  public func contains(_ id: Int) -> Bool {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].upperBound < id { low = middle + 1 } else { high = middle }
    }
    return low < runs.count && runs[low].lowerBound <= id
  }

  /// All ids, ascending.
  public var ids: [Int] { runs.flatMap { Array($0) } }

  /// The list `text` names (`1-3,7`), or nil where it is not of that form.
  public init?(_ text: String) {
    guard !text.isEmpty else { return }
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil,
        first >= 0, last >= first, last < 1 << 32, first > (runs.last?.upperBound ?? -1)
      else { return nil }
      runs.append(first...last)
    }
  }

  /// The text form.
  public var description: String {
    runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}
