public import Engine

/// One training item of a session. Its id never changes; an edit adds a revision, a removal leaves a tombstone.
public struct Example: Sendable, Equatable, Decodable, Identifiable {
  /// One wording of an example. Revisions are never changed, so that a burst can name those it saw.
  public struct Revision: Sendable, Equatable {
    /// 1, 2, 3 …
    public var number: Int
    /// What it says.
    public var content: ExampleContent
    /// Keys of an imported line that Attune does not know, kept for export. Under `messages`: one object
    /// for each message, with that message's unknown keys.
    public var extra: JSONObject
    /// How it came to be.
    public var origin: Origin
    /// When it was made.
    public var made: Timestamp
  }

  /// How a revision came to be.
  public enum Origin: String, Decodable, Sendable {
    case added, edited, fixed, good, imported, bad, preferred, learned
  }

  /// 1, 2, 3 … in the order of adding.
  public let id: Int
  /// All wordings, oldest first; never empty.
  public internal(set) var revisions: [Revision]
  /// The number of the revision that counts; nil where the example is removed.
  public internal(set) var current: Int?

  /// The revision that counts; nil where the example is removed.
  public var revision: Revision? { current.flatMap { revision($0) } }

  /// The revision of that number.
  public func revision(_ number: Int) -> Revision? {
    revisions.first { $0.number == number }
  }
}
