package import Engine

/// What a new example is made of.
package struct NewExample: Sendable {
  var content: ExampleContent
  var extra: JSONObject
  var origin: Example.Origin

  package init(
    _ content: ExampleContent, extra: JSONObject = [:], origin: Example.Origin
  ) {
    self.content = content
    self.extra = extra
    self.origin = origin
  }
}

extension Session {
  /// Adds examples as one change; returns their ids.
  @discardableResult
  package mutating func addExamples(_ new: [NewExample], now: Timestamp) -> IDList {
    let first = (examples.last?.id ?? 0) + 1
    for (offset, item) in new.enumerated() {
      let revision = Example.Revision(
        number: 1, content: item.content, extra: item.extra, origin: item.origin, made: now)
      examples.append(Example(id: first + offset, revisions: [revision], current: 1))
    }
    let ids = IDList(first..<first + new.count)
    if !ids.isEmpty { state.history.record(.examples([Change.Moved(ids: ids, from: nil, to: 1)])) }
    return ids
  }

  /// Gives a live example a new wording; returns false where there is no such example.
  package mutating func editExample(_ id: Int, to new: NewExample, now: Timestamp) -> Bool {
    guard let index = exampleIndex(id), let from = examples[index].current,
      let last = examples[index].revisions.last
    else { return false }
    let number = last.number + 1
    examples[index].revisions.append(
      Example.Revision(
        number: number, content: new.content, extra: new.extra, origin: new.origin, made: now))
    examples[index].current = number
    state.history.record(.examples([Change.Moved(ids: IDList([id]), from: from, to: number)]))
    return true
  }

  /// Removes live examples as one change, leaving tombstones; ids that are not live are passed over.
  package mutating func removeExamples(_ ids: [Int]) {
    var removed: [Int: [Int]] = [:]
    for id in Set(ids) {
      guard let index = exampleIndex(id), let from = examples[index].current else { continue }
      examples[index].current = nil
      removed[from, default: []].append(id)
    }
    let moves = removed.sorted { $0.key < $1.key }.map {
      Change.Moved(ids: IDList($0.value), from: $0.key, to: nil)
    }
    if !moves.isEmpty { state.history.record(.examples(moves)) }
  }

  /// Live examples to be learnt that `burst` did not see as they stand now.
  package func changes(since burst: Burst) -> IDList {
    IDList(
      seen.flatMap { now in
        let before = burst.examples.first { $0.revision == now.revision }
        return now.ids.ids.filter { before?.ids.contains($0) != true }
      })
  }

  /// The revisions that a burst starting now would see.
  package var seen: [Burst.Seen] {
    var ids: [Int: [Int]] = [:]
    for example in examples {
      if let revision = example.revision, !isHeld(example.id) {
        ids[revision.number, default: []].append(example.id)
      }
    }
    return ids.sorted { $0.key < $1.key }.map {
      Burst.Seen(revision: $0.key, ids: IDList($0.value))
    }
  }
}
