import Workbench

/// The bursts as a tree, one line each, the current one marked.
///
/// A burst's last child goes on below it in the same column, so that a long row of bursts does not
/// wander off to the right; the other children branch off.
struct HistoryTree {
  private let children: [Int?: [Burst]]
  private let current: Int?
  private let describe: (Burst) -> String

  /// The tree of `bursts`, each said by `describe`.
  init(_ bursts: [Burst], current: Int?, describe: @escaping (Burst) -> String) {
    children = Dictionary(grouping: bursts, by: \.parent)
    self.current = current
    self.describe = describe
  }

  /// The lines, the foundation first.
  func lines() -> [String] {
    var lines = [mark(nil) + " foundation"]
    // A list of work instead of recursion: a long session is deeper than the stack.
    var pending: [(burst: Burst, indent: String, branches: Bool)] = []
    func push(_ parent: Int?, _ indent: String) {
      let bursts = children[parent] ?? []
      for (index, burst) in bursts.enumerated().reversed() {
        pending.append((burst, indent, index < bursts.count - 1))
      }
    }
    push(nil, "")
    while let (burst, indent, branches) = pending.popLast() {
      lines.append(indent + (branches ? "├─" : "") + mark(burst.id) + " " + describe(burst))
      push(burst.id, branches ? indent + "│ " : indent)
    }
    return lines
  }

  private func mark(_ id: Int?) -> String { id == current ? "●" : "○" }
}
