/// The shortest way from one sequence to another, by Myers' algorithm in linear space (E. W. Myers, "An O(ND)
/// difference algorithm and its variations", 1986, section 4b).
///
/// Where texts differ so much that the search for the shortest way would take too long, the furthest point
/// reached by then is taken as the next stop: the way stays right, but may be longer than need be.
package struct EditScript {
  /// Pairs of equal elements, ascending on both sides.
  package private(set) var matches: [(left: Int, right: Int)] = []

  private let left: [Int]
  private let right: [Int]
  private let costLimit: Int
  private var forward: [Int]
  private var backward: [Int]

  /// `costLimit`: how many differences are searched through from each end before giving in.
  package init(_ left: [Int], _ right: [Int], costLimit: Int = 256) {
    self.left = left
    self.right = right
    self.costLimit = costLimit
    let reach = 2 * (min((left.count + right.count + 1) / 2, costLimit) + 2) + 1
    forward = [Int](repeating: 0, count: reach)
    backward = forward
    // A stack of boxes still to do, the leftmost on top, so that a hostile text cannot exhaust the call stack.
    var boxes = [Box(x: 0..<left.count, y: 0..<right.count)]
    while let box = boxes.popLast() { boxes.append(contentsOf: solve(box)) }
    matches.sort { $0.left < $1.left }
  }

  private struct Box {
    var x: Range<Int>
    var y: Range<Int>
  }

  /// Notes the matches at both ends of a box and returns what is left to do.
  private mutating func solve(_ box: Box) -> [Box] {
    var (x0, x1, y0, y1) = (
      box.x.lowerBound, box.x.upperBound, box.y.lowerBound, box.y.upperBound
    )
    while x0 < x1, y0 < y1, left[x0] == right[y0] {
      matches.append((x0, y0))
      x0 += 1
      y0 += 1
    }
    while x0 < x1, y0 < y1, left[x1 - 1] == right[y1 - 1] {
      x1 -= 1
      y1 -= 1
      matches.append((x1, y1))
    }
    guard x0 < x1, y0 < y1 else { return [] }
    let (x, y) = middle(Box(x: x0..<x1, y: y0..<y1))
    // A stop in a corner would leave the same box again; there is then nothing more to match cheaply.
    guard (x, y) != (x0, y0), (x, y) != (x1, y1) else { return [] }
    return [Box(x: x..<x1, y: y..<y1), Box(x: x0..<x, y: y0..<y)]
  }

  /// A point that a shortest way (or, past the limit, a fair one) through the box goes through.
  private mutating func middle(_ box: Box) -> (Int, Int) {
    let (n, m) = (box.x.count, box.y.count)
    let (x0, y0) = (box.x.lowerBound, box.y.lowerBound)
    let delta = n - m
    let steps = min((n + m + 1) / 2, costLimit)
    let centre = forward.count / 2
    for d in 0...steps {
      for k in stride(from: -d, through: d, by: 2) {
        var x = EditScript.next(forward, k, d, n, m, centre)
        while x >= 0, x < n, x - k < m, left[x0 + x] == right[y0 + x - k] { x += 1 }
        forward[centre + k] = x
        let other = delta - k
        if delta % 2 != 0, x >= 0, abs(other) < d, backward[centre + other] >= n - x {
          return (x0 + x, y0 + x - k)
        }
      }
      for k in stride(from: -d, through: d, by: 2) {
        var x = EditScript.next(backward, k, d, n, m, centre)
        while x >= 0, x < n, x - k < m, left[x0 + n - 1 - x] == right[y0 + m - 1 - x + k] { x += 1 }
        backward[centre + k] = x
        let other = delta - k
        if delta % 2 == 0, x >= 0, abs(other) <= d, forward[centre + other] >= n - x {
          return (x0 + n - x, y0 + m - x + k)
        }
      }
    }
    return furthest(steps, centre: centre, from: (x0, y0))
  }

  /// Where on diagonal k a way with d differences gets before its equal elements; -1 outside the box.
  private static func next(
    _ reached: [Int], _ k: Int, _ d: Int, _ n: Int, _ m: Int, _ centre: Int
  ) -> Int {
    if d == 0 { return 0 }
    let before = k > -d ? reached[centre + k - 1] : -1
    let above = k < d ? reached[centre + k + 1] : -1
    let right = before >= 0 && before < n ? before + 1 : -1
    let down = above >= 0 && above - k <= m ? above : -1
    return max(right, down)
  }

  private func furthest(_ d: Int, centre: Int, from origin: (Int, Int)) -> (Int, Int) {
    var best = (0, 0)
    for k in stride(from: -d, through: d, by: 2) {
      let x = forward[centre + k]
      if x >= 0, 2 * x - k > best.0 + best.1 { best = (x, x - k) }
    }
    return (origin.0 + best.0, origin.1 + best.1)
  }
}
