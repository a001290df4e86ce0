extension Session {
  /// Examples held out of training that are not removed.
  public var held: IDList {
    guard let held = state.held else { return IDList() }
    return IDList(liveExamples.lazy.map(\.id).filter { held.contains($0) })
  }

  /// Whether the example of that id is held out of training.
  public func isHeld(_ id: Int) -> Bool { state.held?.contains(id) ?? false }
}

extension Workbench {
  /// Holds exactly those examples out of training; none may be removed or unknown.
  public func hold(_ ids: IDList) throws {
    try requireWritable()
    // By the runs' ends first, so that a run of billions costs nothing.
    let live = IDList(session.liveExamples.map(\.id))
    for run in ids.runs {
      guard let last = session.examples.last?.id, run.upperBound <= last else {
        throw WorkbenchError.noSuchExample(
          run.upperBound, last: session.examples.last?.id ?? 0)
      }
    }
    if let missing = ids.ids.first(where: { !live.contains($0) }) {
      throw WorkbenchError.noSuchExample(missing, last: session.examples.last?.id ?? 0)
    }
    try change { $0.state.held = ids.isEmpty ? nil : ids }
  }
}
