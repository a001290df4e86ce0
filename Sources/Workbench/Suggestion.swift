/// The name in `names` that `word` is most likely a slip of, if any is close.
///
/// Close is one letter changed, added, left out or swapped for every three.
public func nearestName(to word: String, in names: [String]) -> String? {
  let word = Array(word.lowercased())
  var best: (name: String, distance: Int)?
  for name in names {
    let distance = editDistance(word, Array(name.lowercased()))
    if distance < best?.distance ?? .max { best = (name, distance) }
  }
  guard let best, best.distance <= max(1, min(word.count, best.name.count) / 3) else {
    return nil
  }
  return best.distance < max(word.count, best.name.count) ? best.name : nil
}

/// How many single-letter changes, insertions, removals and swaps of neighbours turn `a` into `b`
/// (optimal string alignment).
package func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var before: [Int] = []
  var above = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var least = min(above[j + 1] + 1, row[j] + 1, above[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        least = min(least, before[j - 1] + 1)
      }
      row.append(least)
    }
    (before, above) = (above, row)
  }
  return above[b.count]
}
