import Engine
import Testing

/// What rounding activations to eight bits costs on the real model, against llama.cpp's cost on the same file.
@Suite("Reference: rounded replies stay near exact ones", .serialized)
struct ReferenceRoundingTests {
  let model: Model

  init() throws { model = try ReferenceModel.load() }

  /// Mean KL divergence (nats a position) from exact to rounded logits.
  private func divergence(_ tokens: [Token]) throws -> Double {
    let exact = try model.allLogits(tokens)
    let rounded = try model.allLogits(tokens, precision: .rounded)
    let (p, q) = (Matrix(rows: 1, columns: 49152), Matrix(rows: 1, columns: 49152))
    let sum = zip(exact, rounded).reduce(0.0) { sum, pair in
      p.setRow(0, pair.0)
      q.setRow(0, pair.1)
      return sum + model.compute.kernels.klDivergence(p, q, row: 0)
    }
    return sum / Double(tokens.count)
  }

  @Test func `all positions of the prompts and replies within llama.cpp's mean`() throws {
    let prompts = try Fixtures.json([ReferenceScoreTests.Prompt].self, "smollm2/greedy.json")
    let found = try prompts.map { try divergence($0.ids + $0.greedy) }
    let mean = found.reduce(0, +) / Double(found.count)
    #expect(mean < 2.7e-3, "\(found)")
    #expect(found.allSatisfy { $0 < 4.9e-3 })
  }
}
