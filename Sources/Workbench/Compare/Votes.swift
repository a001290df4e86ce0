/// How often a person preferred a burst's replies to the foundation's, shown side by side.
public struct Votes: Codable, Sendable, Equatable {
  /// The burst whose adapter replied.
  public var burst: Int
  /// How often its reply was preferred.
  public var tuned = 0
  /// How often the foundation's was.
  public var foundation = 0
  /// How often neither was.
  public var neither = 0

  /// How often one of them was preferred.
  public var decided: Int { tuned + foundation }

  var counts: [Int] { [tuned, foundation, neither] }
}

extension Votes: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("burst", burst)
      $0.member("foundation", foundation)
      $0.member("neither", neither)
      $0.member("tuned", tuned)
    }
  }
}
