/// One thing that `/undo` takes back.
public enum Change: Sendable, Equatable {
  /// A burst, and the burst (nil: the foundation) that was current before it.
  case burst(Int, from: Int?)
  /// A move to another burst or the foundation.
  case checkout(to: Int?, from: Int?)
  /// Examples added, edited or removed by one command.
  case examples([Moved])

  /// Examples whose current revision moved alike.
  public struct Moved: Codable, Sendable, Equatable {
    /// The examples.
    public var ids: IDList
    /// The revision before; nil where there was none.
    public var from: Int?
    /// The revision after; nil where they were removed.
    public var to: Int?
  }
}

/// The changes done and those taken back: what undo and redo work on. Survives reopening.
public struct History: Codable, Sendable, Equatable {
  /// Changes that stand, oldest first.
  public internal(set) var done: [Change] = []
  /// Changes taken back, the next to redo last.
  public internal(set) var undone: [Change] = []
}

extension Session {
  /// Takes the last change back and returns it; nil where there is none.
  package mutating func undo() -> Change? { fatalError("unfinished") }
  /// Does the last change taken back again and returns it; nil where there is none.
  package mutating func redo() -> Change? { fatalError("unfinished") }
}
extension Change: Codable {
  public init(from decoder: any Decoder) throws { fatalError("unfinished") }
  public func encode(to encoder: any Encoder) throws { fatalError("unfinished") }
}
