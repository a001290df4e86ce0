/// AdamW's moments and step count; twice as large as the adapter.
///
/// Unchecked: written only by the tuner that holds it.
public final class OptimiserState: @unchecked Sendable {
  /// Updates done since the state was fresh.
  public internal(set) var step = 0
  /// Laid out as the adapter's parameters.
  let first: Matrix
  let second: Matrix

  /// A fresh state for `adapter`.
  public init(for adapter: Adapter) {
    first = Matrix(rows: 1, columns: adapter.parameterCount)
    second = Matrix(rows: 1, columns: adapter.parameterCount)
  }

  /// An independent copy.
  public func copy() -> OptimiserState {
    OptimiserState(step: step, first: first, second: second)
  }

  private init(step: Int, first: Matrix, second: Matrix) {
    self.step = step
    self.first = Matrix(rows: 1, columns: first.columns)
    self.second = Matrix(rows: 1, columns: second.columns)
    self.first.copy(from: first)
    self.second.copy(from: second)
  }

  /// Reads what `write(to:)` wrote for an adapter of the same shape.
  public convenience init(file: String, for adapter: Adapter) throws {
    self.init(for: adapter)
    let stored = try SafetensorsFile(path: file)
    for (name, target) in [(Self.firstName, first), (Self.secondName, second)] {
      guard let tensor = stored.tensor(name) else {
        throw ModelFileError.missingTensor(path: file, tensor: name)
      }
      guard tensor.shape == [target.columns] else {
        throw ModelFileError.wrongShape(
          path: file, tensor: name, expected: [target.columns], found: tensor.shape)
      }
      target.setRow(0, try stored.floats(of: tensor))
    }
    guard let text = stored.metadata[Self.stepName], let step = Int(text), step >= 0 else {
      throw ModelFileError.missingKey(path: file, key: Self.stepName)
    }
    self.step = step
  }

  /// Writes moments and step count as one safetensors file, atomically and durably.
  public func write(to file: String) throws {
    try SafetensorsFile.write(
      [
        SafetensorsEntry(name: Self.firstName, shape: [first.columns], values: first.row(0)),
        SafetensorsEntry(name: Self.secondName, shape: [second.columns], values: second.row(0)),
      ], metadata: ["format": "pt", Self.stepName: "\(step)"], to: file)
  }

  private static let firstName = "first_moment"
  private static let secondName = "second_moment"
  private static let stepName = "step"
}
