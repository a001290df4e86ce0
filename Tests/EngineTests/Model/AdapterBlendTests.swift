import Engine
import Testing

@Suite("A blend is the weighted sum of its parts")
struct AdapterBlendTests {
  let model: Model

  init() throws { model = try Model(path: Fixtures.path("tiny/llama"), threads: 1) }

  private func adapter(_ rank: Int, _ alpha: Float, _ targets: [Projection]) throws -> Adapter {
    try Fixtures.formulaAdapter(model, rank: rank, alpha: alpha, targets: targets.map(\.moduleName))
  }

  /// Each projection's scale · B A, by the matrices' names, with the sum of `parts` in it.
  private func change(_ parts: [(Adapter, Double)]) -> [String: [Double]] {
    var sums: [String: [Double]] = [:]
    for (adapter, weight) in parts {
      let entries = adapter.entries
      let rank = adapter.configuration.rank
      for place in stride(from: 0, to: entries.count, by: 2) {
        let (a, b) = (entries[place], entries[place + 1])
        let (inputs, outputs) = (a.shape[1], b.shape[0])
        var sum = sums[a.name] ?? [Double](repeating: 0, count: inputs * outputs)
        for output in 0..<outputs {
          for row in 0..<rank {
            let factor =
              weight * Double(adapter.configuration.scale) * Double(b.values[output * rank + row])
            for input in 0..<inputs {
              sum[output * inputs + input] += factor * Double(a.values[row * inputs + input])
            }
          }
        }
        sums[a.name] = sum
      }
    }
    return sums
  }

  @Test func changesAddUp() throws {
    let parts = try [
      (adapter(4, 8, [.q, .k, .down]), Float(0.7)), (adapter(2, 6, [.q, .up]), Float(-0.3)),
    ]
    let configuration = AdapterConfiguration(
      rank: 6, alpha: 12, targets: [.q, .k, .up, .down],
      layers: Array(0..<model.configuration.layers))
    let blend = try Adapter(
      blending: parts.map { (adapter: $0.0, weight: $0.1) }, configuration, for: model, seed: 1)
    let expected = change(parts.map { ($0.0, Double($0.1)) })
    let found = change([(blend, 1)])
    #expect(Set(found.keys) == Set(expected.keys))
    for (name, numbers) in expected {
      for (a, b) in zip(found[name] ?? [], numbers) { #expect(abs(a - b) < 1e-5, "\(name)") }
    }
    let again = try Adapter(
      blending: parts.map { (adapter: $0.0, weight: $0.1) }, configuration, for: model, seed: 1)
    #expect(again.hash == blend.hash)
  }

  @Test func oneWholePartIsThatPart() throws {
    let part = try adapter(4, 8, [.q, .v])
    let blend = try Adapter(
      blending: [(adapter: part, weight: 1)], part.configuration, for: model, seed: 9)
    #expect(blend.hash == part.hash)
  }
}
