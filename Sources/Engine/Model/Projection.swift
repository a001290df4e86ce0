/// A linear projection of a block that an adapter may be put on.
public enum Projection: String, Sendable, CaseIterable, Codable, Comparable {
  case q, k, v, o, gate, up, down

  /// A projection by its short name (`q`) or Hugging Face's (`q_proj`).
  public init?(name: String) {
    let short = name.hasSuffix("_proj") ? String(name.dropLast(5)) : name
    self.init(rawValue: short)
  }

  /// Hugging Face's module name: `q_proj`.
  public var moduleName: String { rawValue + "_proj" }

  /// Hugging Face's path below a layer: `self_attn.q_proj`.
  public var modulePath: String {
    switch self {
    case .q, .k, .v, .o: "self_attn." + moduleName
    case .gate, .up, .down: "mlp." + moduleName
    }
  }

  /// The order in which a block applies them.
  public static func < (left: Projection, right: Projection) -> Bool {
    left.position < right.position
  }

  /// The place in `allCases`.
  package var position: Int {
    switch self {
    case .q: 0
    case .k: 1
    case .v: 2
    case .o: 3
    case .gate: 4
    case .up: 5
    case .down: 6
    }
  }
}
