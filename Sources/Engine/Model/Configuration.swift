/// What a model of the llama family looks like; decides what its one `Block` does.
public struct Configuration: Sendable, Equatable {
  /// How rotary angles are stretched beyond the length a model was first trained on.
  public enum RopeScaling: Sendable, Equatable {
    case none
    /// Every angle divided by `factor`.
    case linear(factor: Float)
    /// Llama 3.1's: low frequencies divided by `factor`, high ones kept, those between blended.
    case llama3(factor: Float, lowFrequency: Float, highFrequency: Float, originalContext: Float)
  }

  /// The architecture's name in the file: `llama`.
  public var architecture: String
  /// The model's own name, or its file's.
  public var name: String
  /// Entries of the vocabulary, which is rows of the embedding.
  public var vocabularySize: Int
  /// The longest sequence, in tokens.
  public var contextLength: Int
  /// Numbers a token is carried by through the layers.
  public var width: Int
  /// Numbers inside the feed-forward part.
  public var hiddenWidth: Int
  /// How many blocks.
  public var layers: Int
  /// Query heads.
  public var heads: Int
  /// Key and value heads; each serves heads / keyValueHeads query heads.
  public var keyValueHeads: Int
  /// Numbers a head has.
  public var headWidth: Int
  /// What RMSNorm adds below the root.
  public var normEpsilon: Float
  /// The base of the rotary angles.
  public var ropeBase: Float
  /// How they are stretched.
  public var ropeScaling: RopeScaling
  /// Whether rotary pairs are neighbours (2i, 2i+1), as in GGUF's llama files, whose q and k rows are permuted
  /// for it; otherwise halves (i, i + headWidth/2), as in Hugging Face's.
  public var interleavedRope: Bool
  /// Whether the head is the embedding.
  public var tiedHead: Bool

  /// Outputs of the query projection.
  public var queryWidth: Int { heads * headWidth }
  /// Outputs of the key projection, and of the value projection.
  public var keyValueWidth: Int { keyValueHeads * headWidth }

  /// Inputs and outputs of a projection.
  public func shape(of projection: Projection) -> (inputs: Int, outputs: Int) {
    switch projection {
    case .q: (width, queryWidth)
    case .k, .v: (width, keyValueWidth)
    case .o: (queryWidth, width)
    case .gate, .up: (width, hiddenWidth)
    case .down: (hiddenWidth, width)
    }
  }

  /// All weights, the head counted once where it is tied.
  public var parameterCount: Int {
    let projections = Projection.allCases.reduce(0) { sum, projection in
      let shape = shape(of: projection)
      return sum + shape.inputs * shape.outputs
    }
    return layers * (projections + 2 * width) + width + vocabularySize * width * (tiedHead ? 1 : 2)
  }
}
