import Engine

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What can still be read of a damaged session.
enum SessionSalvage {
  /// A whole session of the parts of `bytes` that can be read; `nil` where there is nothing that anyone made.
  ///
  /// Examples and bursts are taken one by one. What needs a lost part (a burst whose parent is gone, the
  /// changes to undo) is left out.
  static func session(_ bytes: [UInt8]) -> Session? {
    guard let values = JSONReader.salvage(bytes[...]).value.object else { return nil }
    var session = Session()
    if let seed: UInt64 = decode(values["seed"]) { session.seed = seed }
    session.model = decode(values["model"])
    session.system = decode(values["system"])
    if let sampling: Sampling = decode(values["sampling"]), (try? sampling.check()) != nil {
      session.sampling = sampling
    }
    if let recipe: Recipe = decode(values["recipe"]), (try? recipe.check()) != nil {
      session.recipe = recipe
    }
    if let probes: ProbeRecords = decode(values["probes"]) { session.probes = probes }
    for item in values["examples"]?.array ?? [] {
      guard let example: Example = decode(item), session.problem(example) == nil else { continue }
      // An example is worth more than its number.
      let last = session.examples.last?.id ?? 0
      let id = last < example.id && example.id < Session.idLimit ? example.id : last + 1
      session.examples.append(
        Example(id: id, revisions: example.revisions, current: example.current))
    }
    keep(values["bursts"], in: &session, at: \.bursts) { $1.problem($0) == nil }
    keep(values["turns"], in: &session, at: \.turns) { _, _ in true }
    keep(values["comparisons"], in: &session, at: \.comparisons) { _, _ in true }
    if let current: Int = decode(values["current"]), session.burst(current) != nil {
      session.current = current
    } else {
      session.current = session.bursts.last?.id
    }
    return session.holdsWork ? session : nil
  }

  private static func decode<Value: Decodable>(_ value: JSONValue?) -> Value? {
    guard let value else { return nil }
    return try? SessionFile.decoder().decode(Value.self, from: Data(value.text().utf8))
  }

  private static func keep<Element: Decodable & Identifiable<Int>>(
    _ value: JSONValue?, in session: inout Session,
    at path: WritableKeyPath<Session, [Element]>, fits: (Element, Session) -> Bool
  ) {
    for item in value?.array ?? [] {
      guard let element: Element = decode(item),
        element.id > (session[keyPath: path].last?.id ?? 0), element.id < Session.idLimit,
        fits(element, session)
      else { continue }
      session[keyPath: path].append(element)
    }
  }
}
