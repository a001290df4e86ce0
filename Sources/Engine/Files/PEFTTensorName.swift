/// The name of one LoRA matrix in a PEFT file, taken apart.
///
/// `base_model.model.model.layers.3.self_attn.q_proj.lora_A.weight` is matrix A of
/// `self_attn.q_proj` in layer 3.
public struct PEFTTensorName: Hashable, Sendable, CustomStringConvertible {
  /// Which of the two matrices.
  public enum Matrix: String, Hashable, Sendable {
    /// (rank, in).
    case a = "lora_A"
    /// (out, rank).
    case b = "lora_B"
  }

  /// The layer, from 0.
  public let layer: Int
  /// The module's path below the layer: `self_attn.q_proj`.
  public let module: String
  /// Which matrix.
  public let matrix: Matrix

  private static let prefix = "base_model.model.model.layers."

  /// The name of a matrix.
  public init(layer: Int, module: String, matrix: Matrix) {
    self.layer = layer
    self.module = module
    self.matrix = matrix
  }

  /// Takes `name` apart; nil where it is not a LoRA matrix of a layer. PEFT puts the adapter's
  /// name, `default`, after the matrix in memory, and some programs write it out.
  public init?(_ name: String) {
    guard name.hasPrefix(Self.prefix) else { return nil }
    var parts = name.dropFirst(Self.prefix.count).split(
      separator: ".", omittingEmptySubsequences: false)
    guard parts.popLast() == "weight" else { return nil }
    if parts.last == "default" { parts.removeLast() }
    guard parts.count >= 3, let last = parts.popLast(), let matrix = Matrix(rawValue: String(last)),
      let layer = Int(parts[0]), layer >= 0, "\(layer)" == parts[0]
    else { return nil }
    self.init(layer: layer, module: parts.dropFirst().joined(separator: "."), matrix: matrix)
  }

  /// The name as PEFT writes it.
  public var description: String {
    "\(Self.prefix)\(layer).\(module).\(matrix.rawValue).weight"
  }
}
