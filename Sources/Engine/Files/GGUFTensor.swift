/// One tensor as a GGUF file lists it.
public struct GGUFTensor: Sendable, Equatable {
  /// Its name, such as `blk.0.attn_q.weight`.
  public let name: String
  /// How its numbers are stored, also where this build cannot decode them.
  public let type: GGMLType
  /// Sizes in ggml's order: the first runs fastest, so a matrix (out, in) is `[in, out]` here.
  public let dimensions: [Int]
  /// Where its bytes start, counted from the start of the file.
  public let offset: Int
  /// How many bytes it takes.
  public let byteCount: Int

  /// The format, if this build decodes it.
  public var format: TensorFormat? { type.format }
  /// How many numbers it holds.
  public var elementCount: Int { dimensions.reduce(1, *) }
}

/// A tensor type of ggml, by id, with the size of its blocks.
///
/// Source: ggml's `ggml_type` and `type_traits` (ggml.h, ggml.c) and the block structs in
/// ggml-common.h.
public struct GGMLType: Sendable, Hashable {
  /// ggml's id.
  public let id: UInt32
  /// The name people know: `IQ4_XS`.
  public let name: String
  /// How many numbers one block holds.
  public let blockLength: Int
  /// How many bytes one block takes.
  public let blockBytes: Int

  /// The format, if this build decodes it.
  public var format: TensorFormat? { TensorFormat(rawValue: id) }

  /// The type with ggml's id, or nil where ggml has none (or dropped it).
  public init?(id: UInt32) {
    if let format = TensorFormat(rawValue: id) {
      self.init(format)
    } else if let known = Self.undecodable.first(where: { $0.id == id }) {
      self = known
    } else {
      return nil
    }
  }

  /// The type of a format this build decodes.
  public init(_ format: TensorFormat) {
    self.init(
      format.rawValue, format.name, format.blockLength, format.blockBytes)
  }

  private init(_ id: UInt32, _ name: String, _ blockLength: Int, _ blockBytes: Int) {
    self.id = id
    self.name = name
    self.blockLength = blockLength
    self.blockBytes = blockBytes
  }

  // Listed so that `inspect` can say what a file holds.
  private static let undecodable: [GGMLType] = [
    GGMLType(9, "Q8_1", 32, 36),
    GGMLType(10, "Q2_K", 256, 84),
    GGMLType(11, "Q3_K", 256, 110),
    GGMLType(15, "Q8_K", 256, 292),
    GGMLType(16, "IQ2_XXS", 256, 66),
    GGMLType(17, "IQ2_XS", 256, 74),
    GGMLType(18, "IQ3_XXS", 256, 98),
    GGMLType(19, "IQ1_S", 256, 50),
    GGMLType(20, "IQ4_NL", 32, 18),
    GGMLType(21, "IQ3_S", 256, 110),
    GGMLType(22, "IQ2_S", 256, 82),
    GGMLType(23, "IQ4_XS", 256, 136),
    GGMLType(24, "I8", 1, 1),
    GGMLType(25, "I16", 1, 2),
    GGMLType(26, "I32", 1, 4),
    GGMLType(27, "I64", 1, 8),
    GGMLType(28, "F64", 1, 8),
    GGMLType(29, "IQ1_M", 256, 56),
    GGMLType(34, "TQ1_0", 256, 54),
    GGMLType(35, "TQ2_0", 256, 66),
    GGMLType(39, "MXFP4", 32, 17),
    GGMLType(40, "NVFP4", 64, 36),
    GGMLType(41, "Q1_0", 128, 18),
  ]
}
