/// A token id: an index into a model's vocabulary.
public typealias Token = Int32

/// One turn of a conversation.
public struct Message: Codable, Sendable, Equatable, Hashable {
  /// Who speaks: `system`, `user`, `assistant`, or another role the template knows.
  public var role: String
  /// What is said.
  public var content: String
  /// Whether an assistant turn is trained on. `nil` means yes.
  public var train: Bool?

  /// A turn by `role` saying `content`.
  public init(role: String, content: String, train: Bool? = nil) {
    self.role = role
    self.content = content
    self.train = train
  }
}
