import Engine

/// Examples already turned into tokens. A revision never changes, so neither does its item under one system prompt.
struct ItemShelf {
  private struct Key: Hashable {
    let example: Int
    let revision: Int
  }

  private var system: String?
  private var items: [Key: TrainingItem] = [:]

  /// The training item of an example's revision.
  mutating func item(
    _ example: Example, _ revision: Example.Revision, system: String?, model: any TunableModel
  ) throws(ItemError) -> TrainingItem {
    if system != self.system {
      items = [:]
      self.system = system
    }
    let key = Key(example: example.id, revision: revision.number)
    if let item = items[key] { return item }
    let item = try model.item(revision.content, system: system)
    guard item.trainedCount > 0 else { throw .nothingTrained }
    items[key] = item
    return item
  }

  /// Forgets everything, for another model.
  mutating func clear() { items = [:] }
}
