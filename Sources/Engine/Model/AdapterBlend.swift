extension Adapter {
  /// The weighted sum of adapters' changes, Σ weight · scale · B A, exactly: their matrices stand side by side, so that
  /// the ranks add up. `configuration` must have that rank and cover all their targets and layers.
  ///
  /// Source: PEFT's `add_weighted_adapter` with `combination_type="cat"`; weights of any sign. Where a part does not
  /// adapt a projection, its rows of A are drawn by `seed` and its B is zero, as in a fresh adapter.
  public convenience init(
    blending parts: [(adapter: Adapter, weight: Float)], _ configuration: AdapterConfiguration,
    for model: Model, seed: UInt64
  ) throws {
    precondition(configuration.rank == parts.reduce(0) { $0 + $1.adapter.configuration.rank })
    try self.init(configuration, for: model.configuration, seed: seed)
    for (layer, projection, pair) in pairs {
      var row = 0
      for (adapter, weight) in parts {
        let rank = adapter.configuration.rank
        if let part = adapter.pair(layer, projection) {
          let factor = weight * adapter.configuration.scale / configuration.scale
          pair.a.rows(row..<row + rank).copy(from: part.a)
          for place in 0..<rank {
            pair.b.setRow(row + place, part.b.row(place).map { $0 * factor })
          }
        }
        row += rank
      }
    }
  }
}
