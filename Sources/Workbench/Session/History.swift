/// One thing that `/undo` takes back.
public enum Change: Sendable, Equatable {
  /// A burst, and the burst (nil: the foundation) that was current before it.
  case burst(Int, from: Int?)
  /// A move to another burst or the foundation (nil).
  case checkout(to: Int?, from: Int?)
  /// Examples added, edited or removed by one command.
  case examples([Moved])

  /// Examples whose current revision moved alike.
  public struct Moved: Decodable, Sendable, Equatable {
    /// The examples.
    public var ids: IDList
    /// The revision before; nil where there was none.
    public var from: Int?
    /// The revision after; nil where they were removed.
    public var to: Int?

    package init(ids: IDList, from: Int?, to: Int?) {
      self.ids = ids
      self.from = from
      self.to = to
    }
  }
}

/// The changes done and those taken back: what undo and redo work on. Survives reopening.
public struct History: Decodable, Sendable, Equatable {
  /// Changes that stand, oldest first.
  public internal(set) var done: [Change] = []
  /// Changes taken back, the next to redo last.
  public internal(set) var undone: [Change] = []

  /// Notes a new change; what was taken back before can then no longer be redone.
  mutating func record(_ change: Change) {
    done.append(change)
    undone = []
  }
}

extension Session {
  /// The burst that would be current after the next undo.
  var currentAfterUndo: Int? {
    switch state.history.done.last {
    case .burst(_, let from), .checkout(_, let from): from
    case .examples, nil: current
    }
  }

  /// The burst that would be current after the next redo.
  var currentAfterRedo: Int? {
    switch state.history.undone.last {
    case .burst(let id, _): id
    case .checkout(let to, _): to
    case .examples, nil: current
    }
  }

  /// Takes the last change back and returns it; nil where there is none.
  package mutating func undo() -> Change? {
    guard let change = state.history.done.popLast() else { return nil }
    current = {
      switch change {
      case .burst(_, let from), .checkout(_, let from): from
      case .examples: current
      }
    }()
    if case .examples(let moves) = change {
      for move in moves { setRevision(move.from, of: move.ids) }
    }
    state.history.undone.append(change)
    return change
  }

  /// Does the last change taken back again and returns it; nil where there is none.
  package mutating func redo() -> Change? {
    guard let change = state.history.undone.popLast() else { return nil }
    switch change {
    case .burst(let id, _): current = id
    case .checkout(let to, _): current = to
    case .examples(let moves):
      for move in moves { setRevision(move.to, of: move.ids) }
    }
    state.history.done.append(change)
    return change
  }

  /// Goes to a burst or the foundation (nil).
  package mutating func checkout(_ id: Int?) {
    guard id != current else { return }
    state.history.record(.checkout(to: id, from: current))
    current = id
  }

  /// Adds a burst whose parent is the current one, and makes it current.
  package mutating func add(_ burst: Burst) {
    state.history.record(.burst(burst.id, from: current))
    bursts.append(burst)
    current = burst.id
  }

  private mutating func setRevision(_ number: Int?, of ids: IDList) {
    for run in ids.runs {
      guard let first = exampleIndex(run.lowerBound), let last = exampleIndex(run.upperBound),
        first <= last
      else { continue }
      for index in first...last { examples[index].current = number }
    }
  }
}

extension Change: Decodable {
  private enum Key: String, CodingKey { case burst, checkout, from, examples }

  /// Reads `{"burst": 2, "from": 1}`, `{"checkout": 1, "from": 2}` or `{"examples": […]}`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    if values.contains(.examples) {
      self = .examples(try values.decode([Moved].self, forKey: .examples))
    } else if values.contains(.checkout) {
      self = .checkout(
        to: try values.decode(Int?.self, forKey: .checkout),
        from: try values.decodeIfPresent(Int.self, forKey: .from))
    } else {
      self = .burst(
        try values.decode(Int.self, forKey: .burst),
        from: try values.decodeIfPresent(Int.self, forKey: .from))
    }
  }
}

extension Change: SessionWritable {
  /// Writes what `init(from:)` reads.
  func write(to writer: inout SessionWriter) {
    writer.object {
      switch self {
      case .burst(let id, let from):
        $0.member("burst", id)
        $0.member("from", ifPresent: from)
      case .checkout(let to, let from):
        $0.member("checkout", to)
        $0.member("from", ifPresent: from)
      case .examples(let moves):
        $0.member("examples", moves)
      }
    }
  }
}

extension Change.Moved: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("from", ifPresent: from)
      $0.member("ids", ids)
      $0.member("to", ifPresent: to)
    }
  }
}

extension History: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("done", done)
      $0.member("undone", undone)
    }
  }
}
