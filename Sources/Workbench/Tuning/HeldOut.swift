/// How a burst did on examples that were held out of its training.
public struct HeldOut: Codable, Sendable, Equatable {
  /// The examples.
  public var examples: IDList
  /// After which steps they were scored, ascending; 0 is before the first.
  public package(set) var steps: [Int] = []
  /// Their mean loss after each of those (nats a trained token).
  public package(set) var losses: [Double] = []

  package init(_ examples: IDList) { self.examples = examples }

  /// The loss measured after `step`; nil where it was not.
  public func loss(after step: Int) -> Double? {
    steps.firstIndex(of: step).flatMap { losses.indices.contains($0) ? losses[$0] : nil }
  }

  mutating func note(_ loss: Double, after step: Int) {
    steps.append(step)
    losses.append(loss)
  }
}

extension HeldOut: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("examples", examples)
      $0.member("losses", losses)
      $0.member("steps", steps)
    }
  }
}
