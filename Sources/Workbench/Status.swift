public import Engine

/// The facts `/status` shows.
public struct Status: Sendable, Equatable {
  /// The model's name.
  public var modelName: String
  /// Its path.
  public var modelPath: String
  /// Size of the weights in bytes.
  public var modelSize: Int
  /// How many numbers the weights are.
  public var modelParameters: Int
  /// The longest sequence, in tokens.
  public var contextLength: Int
  /// The session's file; nil where it is in memory only.
  public var sessionPath: String?
  /// Whether nobody named it.
  public var isScratch: Bool
  /// Whether it was opened for reading only.
  public var isReadOnly: Bool
  /// What could not be written yet.
  public var unsaved: SessionError?
  /// Examples not removed.
  public var examples: Int
  /// All bursts.
  public var bursts: Int
  /// The current burst; nil is the foundation.
  public var current: Burst?
  /// SHA-256 of the adapter in use.
  public var adapterHash: String?
  /// Frobenius norm of the adapter's change to the weights.
  public var deltaNorm: Double?
  /// How many numbers the adapter trains.
  public var trainedParameters: Int?
  /// How strong the adapter is, 0 to 2.
  public var strength: Float
  /// Whether prompts continue a conversation.
  public var chat: Bool
  /// The system prompt.
  public var system: String?
  /// How replies are drawn.
  public var sampling: Sampling
  /// How bursts tune.
  public var recipe: Recipe
  /// Resident memory of this process, bytes.
  public var memoryBytes: Int
  /// How much of it are keys and values of earlier prompts and replies, kept for the prompts to come.
  public var keptBytes: Int
  /// The session's bytes on disk.
  public var diskBytes: Int
  /// How bursts fared against the foundation.
  public var votes: [Votes]

  /// Trained numbers over the model's, 0…1.
  public var trainedShare: Double? {
    trainedParameters.map { Double($0) / Double(max(1, modelParameters)) }
  }
}
