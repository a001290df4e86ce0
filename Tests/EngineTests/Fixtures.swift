import Engine

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Files that tests read.
enum Fixtures {
  /// The path of a file or folder below Tests/Fixtures.
  static func path(_ name: String) -> String {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    return here.appendingPathComponent("Fixtures").appendingPathComponent(name).path
  }

  /// A JSON file below Tests/Fixtures.
  static func json<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
    try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  /// A folder that is removed when the test ends.
  static func temporaryFolder() -> String {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("attune-\(UUID())")
    try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url.path
  }

  /// The adapter of golden's closed formula (see Tests/Fixtures/README.md): nothing is stored, all is computed.
  static func formulaAdapter(
    _ model: Model, rank: Int, alpha: Float, targets names: [String]
  ) throws -> Adapter {
    let sorted = names.sorted()
    let configuration = AdapterConfiguration(
      rank: rank, alpha: alpha, targets: names.compactMap(Projection.init(name:)),
      layers: Array(0..<model.configuration.layers))
    var entries: [SafetensorsEntry] = []
    for layer in configuration.layers {
      for target in configuration.targets {
        let place = Double(sorted.firstIndex(of: target.moduleName) ?? 0)
        let shape = model.configuration.shape(of: target)
        let a = (0..<rank * shape.inputs).map { i in
          Float(
            sine(0.7311 * Double(i) + 1.3 * Double(layer) + 0.9 * place)
              / Double(shape.inputs).squareRoot())
        }
        let b = (0..<rank * shape.outputs).map { i in
          Float(0.05 * cosine(0.3779 * Double(i) + 0.7 * Double(layer) + 1.1 * place))
        }
        let path = target.modulePath
        entries.append(
          SafetensorsEntry(
            name: PEFTTensorName(layer: layer, module: path, matrix: .a).description,
            shape: [rank, shape.inputs], values: a))
        entries.append(
          SafetensorsEntry(
            name: PEFTTensorName(layer: layer, module: path, matrix: .b).description,
            shape: [shape.outputs, rank], values: b))
      }
    }
    return try Adapter(entries: entries, configuration: configuration, for: model)
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

func exponential(_ x: Double) -> Double { exp(x) }
func logarithm(_ x: Double) -> Double { log(x) }
private func sine(_ x: Double) -> Double { sin(x) }
private func cosine(_ x: Double) -> Double { cos(x) }

/// Whether two numbers agree within `relative` of the expected plus `absolute`.
func near(_ found: Double, _ expected: Double, relative: Double = 0, absolute: Double = 0) -> Bool {
  abs(found - expected) <= relative * abs(expected) + absolute
}
