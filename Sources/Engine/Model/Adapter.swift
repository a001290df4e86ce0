/// What an adapter is put on, and how strong it is.
public struct AdapterConfiguration: Codable, Sendable, Equatable {
  /// Rows of A and columns of B.
  public var rank: Int
  /// The product's strength before dividing by the rank.
  public var alpha: Float
  /// rsLoRA (Kalajdzievski 2023): scale = alpha / sqrt(rank) instead of alpha / rank.
  public var rankStabilised: Bool
  /// In `Projection` order, no doubles.
  public var targets: [Projection]
  /// Adapted layers, ascending, no doubles.
  public var layers: [Int]

  /// A configuration; targets and layers are put in order.
  public init(
    rank: Int, alpha: Float, rankStabilised: Bool = false, targets: [Projection], layers: [Int]
  ) {
    self.rank = rank
    self.alpha = alpha
    self.rankStabilised = rankStabilised
    self.targets = Set(targets).sorted()
    self.layers = Set(layers).sorted()
  }

  /// What B·A is multiplied by.
  public var scale: Float {
    rankStabilised ? alpha / Float(rank).squareRoot() : alpha / Float(rank)
  }
}

/// LoRA matrices A (rank, in) and B (out, rank) of every adapted projection (Hu et al. 2021).
///
/// B is held as its transpose, so that every product with it reads along rows. Rows of q and k follow the model's own
/// order; files hold Hugging Face's (see AdapterFiles.swift). Written only while tuning; unchecked for that reason.
public final class Adapter: @unchecked Sendable {
  /// What it is put on.
  public let configuration: AdapterConfiguration

  /// A and B's transpose, both (rank, _).
  struct Pair {
    var a: Matrix
    var b: Matrix
  }

  /// All numbers of all matrices in one row: layer by layer, in `Projection` order, A before B.
  package let parameters: Matrix
  let model: Configuration
  private let places: Places

  /// Where each projection's matrices start among the parameters.
  struct Places {
    private var offsets: [Int?]
    private let projections = Projection.allCases.count
    private(set) var count = 0

    init(_ configuration: AdapterConfiguration, _ model: Configuration) {
      offsets = Array(repeating: nil, count: model.layers * projections)
      for layer in configuration.layers {
        for target in configuration.targets {
          offsets[layer * projections + target.position] = count
          let shape = model.shape(of: target)
          count += configuration.rank * (shape.inputs + shape.outputs)
        }
      }
    }

    subscript(layer: Int, projection: Projection) -> Int? {
      offsets[layer * projections + projection.position]
    }
  }

  /// An adapter that changes nothing yet: A uniform in ±1/√in as PEFT's, B zero. Throws where a layer or a rank is
  /// impossible for the model.
  public convenience init(_ configuration: AdapterConfiguration, for model: Model, seed: UInt64)
    throws
  {
    try self.init(configuration, for: model.configuration, seed: seed)
  }

  package init(_ configuration: AdapterConfiguration, for model: Configuration, seed: UInt64) throws
  {
    try Self.check(configuration, model)
    self.configuration = configuration
    self.model = model
    places = Places(configuration, model)
    parameters = Matrix(rows: 1, columns: places.count)
    var random = SplitMix(seed: seed)
    for (_, projection, pair) in pairs {
      let bound = 1 / Float(model.shape(of: projection).inputs).squareRoot()
      for row in 0..<configuration.rank {
        pair.a.setRow(row, (0..<pair.a.columns).map { _ in (2 * random.unit() - 1) * bound })
      }
    }
  }

  private init(copying other: Adapter) {
    configuration = other.configuration
    model = other.model
    places = other.places
    parameters = Matrix(rows: 1, columns: places.count)
    parameters.copy(from: other.parameters)
  }

  private static func check(_ configuration: AdapterConfiguration, _ model: Configuration) throws {
    guard (1...1024).contains(configuration.rank) else {
      throw AdapterError.rank(configuration.rank)
    }
    guard configuration.alpha.isFinite, configuration.alpha > 0 else {
      throw AdapterError.alpha(configuration.alpha)
    }
    guard !configuration.targets.isEmpty else { throw AdapterError.noTargets }
    guard let last = configuration.layers.last, let first = configuration.layers.first else {
      throw AdapterError.noLayers
    }
    guard first >= 0, last < model.layers else {
      throw AdapterError.layer(last, of: model.layers)
    }
  }

  /// An independent copy.
  public func copy() -> Adapter { Adapter(copying: self) }

  /// How many numbers are trained.
  public var parameterCount: Int { places.count }

  /// Below it the foundation's activations stay as they are.
  var lowestLayer: Int { configuration.layers.first ?? 0 }

  /// The matrices of a projection of a layer, where it is adapted.
  func pair(_ layer: Int, _ projection: Projection) -> Pair? {
    Self.pair(in: parameters, places, configuration.rank, model, layer, projection)
  }

  /// All adapted projections in the parameters' order.
  var pairs: [(layer: Int, projection: Projection, pair: Pair)] {
    configuration.layers.flatMap { layer in
      configuration.targets.compactMap { target in
        pair(layer, target).map { (layer, target, $0) }
      }
    }
  }

  /// Gradients, laid out as the parameters are.
  struct Gradients {
    let numbers: Matrix
    private let adapter: Adapter

    init(for adapter: Adapter) {
      self.adapter = adapter
      numbers = Matrix(rows: 1, columns: adapter.parameterCount)
    }

    func pair(_ layer: Int, _ projection: Projection) -> Pair? {
      Adapter.pair(
        in: numbers, adapter.places, adapter.configuration.rank, adapter.model, layer, projection)
    }
  }

  private static func pair(
    in numbers: Matrix, _ places: Places, _ rank: Int, _ model: Configuration, _ layer: Int,
    _ projection: Projection
  ) -> Pair? {
    guard let offset = places[layer, projection] else { return nil }
    let shape = model.shape(of: projection)
    let middle = offset + rank * shape.inputs
    return Pair(
      a: numbers.columns(offset..<middle).folded(rows: rank),
      b: numbers.columns(middle..<middle + rank * shape.outputs).folded(rows: rank))
  }

  /// SHA-256 (hex) of configuration and matrices.
  public var hash: String {
    var hasher = SHA256Hasher()
    let facts =
      "rank \(configuration.rank) alpha \(configuration.alpha) rs \(configuration.rankStabilised)"
      + " targets \(configuration.targets.map(\.rawValue)) layers \(configuration.layers)"
    hasher.update(Array(facts.utf8))
    parameters.withRow(0) { hasher.update(UnsafeRawBufferPointer($0)) }
    return hasher.finish().description
  }

  /// Frobenius norm of scale·B·A over all projections: zero means that the adapter does nothing.
  public var deltaNorm: Double {
    // ‖BA‖² = trace(AAᵀ BᵀB), two rank × rank matrices.
    var sum = 0.0
    for (_, _, pair) in pairs {
      let a = (0..<configuration.rank).map { pair.a.row($0) }
      let b = (0..<configuration.rank).map { pair.b.row($0) }
      for i in a.indices {
        for j in a.indices {
          let aa = zip(a[i], a[j]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
          let bb = zip(b[i], b[j]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
          sum += aa * bb
        }
      }
    }
    return Double(configuration.scale) * max(0, sum).squareRoot()
  }
}

/// Why an adapter cannot be made or used.
public enum AdapterError: Error, Equatable, CustomStringConvertible {
  /// The rank is not between 1 and 1024.
  case rank(Int)
  /// Alpha is not a positive number.
  case alpha(Float)
  /// No projection is adapted.
  case noTargets
  /// No layer is adapted.
  case noLayers
  /// A layer that the model does not have.
  case layer(Int, of: Int)
  /// The file's matrices are not those that the model needs.
  case unlike(path: String, tensor: String, expected: [Int], found: [Int]?)

  /// A matrix that the configuration does not speak of.
  case stray(path: String, tensor: String)

  /// What happened and what to do next.
  public var description: String {
    switch self {
    case .stray(let path, let tensor):
      "\(path): \(tensor) is not among the adapter's targets and layers: adapter_config.json belongs to other tensors."
    case .rank(let rank): "A rank of \(rank) is not possible: choose 1 to 1024."
    case .alpha(let alpha): "An alpha of \(alpha) is not possible: choose a number above 0."
    case .noTargets: "The adapter has no target: name some of q, k, v, o, gate, up, down."
    case .noLayers: "The adapter has no layer: choose at least 1, or all."
    case .layer(let layer, let count):
      "The adapter is put on layer \(layer), but this model's layers are 0 to \(count - 1): it was made for another model."
    case .unlike(let path, let tensor, let expected, let found):
      "\(path): \(tensor) should be \(Self.shape(expected)) for this model but is "
        + "\(found.map(Self.shape) ?? "missing"): the adapter was made for another model."
    }
  }

  private static func shape(_ sizes: [Int]) -> String {
    sizes.map(String.init).joined(separator: "×")
  }
}
