/// Items among the rows of one batch, end to end. A beginning that several share, such as a system prompt, stands
/// there once: its rows are computed once, and their slopes are the sums over all that follow on them.
struct PackedItems {
  private(set) var batch = Batch()
  private(set) var places: [Place]

  /// The rows of one item's tokens: those of a beginning it shares, then its own.
  struct Place {
    var shared = 0..<0
    var own = 0..<0

    /// The row of token `index`.
    func row(_ index: Int) -> Int {
      index < shared.count ? shared.lowerBound + index : own.lowerBound + index - shared.count
    }
  }

  /// The shortest beginning worth a segment of its own.
  private static let shortest = 8

  /// All under one use.
  init(_ items: [TrainingItem], use: AdapterUse?) {
    places = Array(repeating: Place(), count: items.count)
    for (members, count) in Self.families(items) {
      let start = batch.tokens.count
      if count > 0 { batch.append(items[members[0]].tokens.prefix(count), use: use) }
      let shared = start..<start + count
      for member in members where !items[member].tokens.isEmpty {
        let first = batch.tokens.count
        batch.append(items[member].tokens.dropFirst(count), after: shared, use: use)
        places[member] = Place(shared: shared, own: first..<batch.tokens.count)
      }
    }
  }

  /// How many rows the items take.
  static func rows(_ items: [TrainingItem]) -> Int {
    families(items).reduce(0) { sum, family in
      family.members.reduce(sum + family.count) { $0 + items[$1].tokens.count - family.count }
    }
  }

  /// Items that begin alike, in the order of their first members, and how many tokens they share.
  private static func families(_ items: [TrainingItem]) -> [(members: [Int], count: Int)] {
    var families: [(members: [Int], count: Int)] = []
    var places: [ArraySlice<Token>: Int] = [:]
    for (index, item) in items.enumerated() {
      let free = freeCount(item)
      guard free >= shortest else {
        families.append(([index], 0))
        continue
      }
      guard let place = places[item.tokens.prefix(shortest)] else {
        places[item.tokens.prefix(shortest)] = families.count
        families.append(([index], free))
        continue
      }
      let first = items[families[place].members[0]]
      let most = min(families[place].count, free)
      families[place].count = zip(first.tokens.prefix(most), item.tokens).prefix { $0 == $1 }.count
      families[place].members.append(index)
    }
    return families.map { ($0.members, $0.members.count > 1 ? $0.count : 0) }
  }

  /// How many of an item's first tokens predict no trained one, so that they may be shared.
  private static func freeCount(_ item: TrainingItem) -> Int {
    (item.trained.firstIndex(of: true) ?? item.tokens.count) - 1
  }
}

/// Which rows of a packed batch predict a trained token, and which token that is: item by item.
struct Labels {
  struct Label {
    var row: Int
    var target: Token
    /// The place of the item it belongs to.
    var item: Int
  }

  private(set) var all: [Label] = []

  init(_ items: [TrainingItem], in packed: PackedItems) {
    for (number, (item, place)) in zip(items, packed.places).enumerated() {
      for index in item.tokens.indices.dropFirst() where item.trained[index] {
        all.append(Label(row: place.row(index - 1), target: item.tokens[index], item: number))
      }
    }
  }

  /// Those for which `isIncluded` holds.
  func filter(_ isIncluded: (Label) -> Bool) -> Labels {
    var labels = self
    labels.all = all.filter(isIncluded)
    return labels
  }

  /// As few chunks of at most `limit` as can be, about equally large.
  func chunks(of limit: Int) -> [[Label]] {
    guard !all.isEmpty else { return [] }
    let chunks = (all.count + limit - 1) / limit
    let count = (all.count + chunks - 1) / chunks
    return stride(from: 0, to: all.count, by: count).map {
      Array(all[$0..<min(all.count, $0 + count)])
    }
  }
}
