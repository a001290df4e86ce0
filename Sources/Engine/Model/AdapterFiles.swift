/// Adapters in PEFT's format: A (rank, in), B (out, rank), rows of q and k in Hugging Face's order.
extension Adapter {
  /// Reads a PEFT folder made for `model`'s shape. Throws where files are damaged or made for another model.
  public convenience init(peft folder: String, for model: Model) throws {
    let files = try PEFTFolder.read(folder)
    let targets = try files.config.targetModules.map { name in
      // PEFT also takes paths that end in the module's name.
      guard let target = Projection(name: Folder.lastPart(of: name.replacingDots)) else {
        throw ModelFileError.unsupportedSetting(
          path: folder, key: "target_modules", value: name,
          remedy: "Attune adapts q, k, v, o, gate, up and down projections.")
      }
      return target
    }
    let configuration = AdapterConfiguration(
      rank: files.config.rank, alpha: files.config.alpha,
      rankStabilised: files.config.rankStabilised, targets: targets,
      layers: files.config.layers ?? Array(0..<model.configuration.layers))
    try self.init(configuration, for: model.configuration, seed: 0)
    try read(files.tensors, path: folder)
  }

  /// Reads one PEFT-named safetensors file (a session's burst) under a known configuration.
  public convenience init(
    tensors file: String, configuration: AdapterConfiguration, for model: Model
  ) throws {
    try self.init(configuration, for: model.configuration, seed: 0)
    try read(PEFTFolder.readTensors(file), path: file)
  }

  /// An adapter from matrices as PEFT names and shapes them.
  package convenience init(
    entries: [SafetensorsEntry], configuration: AdapterConfiguration, for model: Model
  ) throws {
    try self.init(configuration, for: model.configuration, seed: 0)
    try read(entries, path: "entries")
  }

  /// Writes a PEFT folder: whole where it is new, else file by file.
  public func write(peft folder: String, baseModel: String) throws {
    let all = configuration.layers.count == model.layers
    let config = PEFTConfig(
      rank: configuration.rank, alpha: configuration.alpha,
      rankStabilised: configuration.rankStabilised,
      targetModules: configuration.targets.map(\.moduleName),
      layers: all ? nil : configuration.layers, baseModel: baseModel)
    try PEFTFolder(config: config, tensors: entries).write(to: folder)
  }

  /// Writes one PEFT-named safetensors file, atomically and durably.
  public func write(tensors file: String) throws {
    try SafetensorsFile.write(entries, to: file)
  }

  /// Every matrix as PEFT names and shapes it.
  package var entries: [SafetensorsEntry] {
    pairs.flatMap { layer, projection, pair in
      let outputs = pair.b.columns
      let rank = configuration.rank
      let order = rowOrder(projection)
      var b = [Float](repeating: 0, count: outputs * rank)
      for column in 0..<rank {
        pair.b.withRow(column) { row in
          for output in 0..<outputs { b[order(output) * rank + column] = row[output] }
        }
      }
      return [
        SafetensorsEntry(
          name: Self.name(layer, projection, .a), shape: [rank, pair.a.columns],
          values: pair.a.numbers),
        SafetensorsEntry(
          name: Self.name(layer, projection, .b), shape: [outputs, rank], values: b),
      ]
    }
  }

  private func read(_ tensors: [SafetensorsEntry], path: String) throws {
    let found = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var known: Set<String> = []
    func tensor(_ name: String, _ shape: [Int]) throws -> [Float] {
      known.insert(name)
      guard let entry = found[name], entry.shape == shape else {
        throw AdapterError.unlike(
          path: path, tensor: name, expected: shape, found: found[name]?.shape)
      }
      return entry.values
    }
    for (layer, projection, pair) in pairs {
      let rank = configuration.rank
      let (inputs, outputs) = model.shape(of: projection)
      let a = try tensor(Self.name(layer, projection, .a), [rank, inputs])
      let b = try tensor(Self.name(layer, projection, .b), [outputs, rank])
      let order = rowOrder(projection)
      for row in 0..<rank {
        pair.a.setRow(row, Array(a[row * inputs..<(row + 1) * inputs]))
        pair.b.setRow(row, (0..<outputs).map { b[order($0) * rank + row] })
      }
    }
    if let stray = tensors.first(where: { !known.contains($0.name) }) {
      throw AdapterError.stray(path: path, tensor: stray.name)
    }
  }

  private static func name(
    _ layer: Int, _ projection: Projection, _ matrix: PEFTTensorName.Matrix
  ) -> String {
    PEFTTensorName(layer: layer, module: projection.modulePath, matrix: matrix).description
  }

  /// From a row of the model's projection to the row of Hugging Face's.
  ///
  /// GGUF's llama files interleave the halves of each head of q and k (convert_hf_to_gguf's `permute`): the model's
  /// row 2i + half is Hugging Face's row half · headWidth/2 + i.
  private func rowOrder(_ projection: Projection) -> (Int) -> Int {
    guard model.interleavedRope, projection == .q || projection == .k else { return { $0 } }
    let width = model.headWidth
    return { row in
      let within = row % width
      return row - within + within % 2 * (width / 2) + within / 2
    }
  }
}

extension String {
  fileprivate var replacingDots: String { String(map { $0 == "." ? "/" : $0 }) }
}
