/// Something about the examples that a person may want to mend. docs/looking.md holds the thresholds.
public enum Finding: Sendable, Equatable {
  /// Bursts cannot use it.
  case unusable(Int, ItemError)
  /// Nothing in it is trained: it has no answer.
  case emptyAnswer(Int)
  /// A trained stretch ends without an end-of-turn token, so the model would not learn to stop.
  case endNotTrained(Int)
  /// An end-of-turn token stands inside an answer.
  case endsEarly(Int)
  /// It begins with the beginning-of-text token twice.
  case doubledBOS(Int)
  /// They say the same, to the byte.
  case same([Int])
  /// They say the same but for case, spaces and signs.
  case nearlySame([Int])
  /// They answer one prompt differently.
  case contradiction([Int])
  /// A step for one undoes a step for the other.
  case fights(Int, Int, cosine: Double)
  /// They pull the adapter the same way, though their words differ.
  case alike(Int, Int, cosine: Double)
  /// It is learnt already: it pulls at nothing.
  case addsNothing(Int, loss: Double)

  /// The examples it is about.
  public var examples: [Int] {
    switch self {
    case .unusable(let id, _), .emptyAnswer(let id), .endNotTrained(let id), .endsEarly(let id),
      .doubledBOS(let id), .addsNothing(let id, _):
      [id]
    case .same(let ids), .nearlySame(let ids), .contradiction(let ids): ids
    case .fights(let a, let b, _), .alike(let a, let b, _): [a, b]
    }
  }
}

extension Finding {
  /// The finding's name in JSON.
  public var kind: String {
    switch self {
    case .unusable(_, .tooLong): "tooLong"
    case .unusable: "unusable"
    case .emptyAnswer: "emptyAnswer"
    case .endNotTrained: "endNotTrained"
    case .endsEarly: "endsEarly"
    case .doubledBOS: "doubledBOS"
    case .same: "same"
    case .nearlySame: "nearlySame"
    case .contradiction: "contradiction"
    case .fights: "fights"
    case .alike: "alike"
    case .addsNothing: "addsNothing"
    }
  }
}
