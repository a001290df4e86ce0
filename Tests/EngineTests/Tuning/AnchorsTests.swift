import Engine
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

@Suite struct AnchorsTests {
  private let model: Model
  private let texts: [[Token]] = [[5, 9, 40, 7, 7, 30], [12, 3], [50, 2, 2, 17, 8]]

  init() throws { model = try Model(path: Fixtures.path("tiny/llama"), threads: 2) }

  private func adapter(lastLayers: Int? = nil, noise: Float) throws -> Adapter {
    var recipe = Recipe()
    recipe.rank = 2
    recipe.lastLayers = lastLayers
    let adapter = try Adapter(
      recipe.adapterConfiguration(layers: model.configuration.layers), for: model, seed: 3)
    if noise > 0 {
      var random = SplitMix(seed: 11)
      adapter.parameters.setRow(
        0, adapter.parameters.row(0).map { $0 + noise * (2 * random.unit() - 1) })
    }
    return adapter
  }

  @Test func driftIsZeroOnlyForAnAdapterThatDoesNothing() throws {
    let anchors = Anchors(texts, for: model)
    let still = try #require(anchors.drift(of: try adapter(noise: 0)))
    #expect(abs(still.mean) < 1e-6 && abs(still.p95) < 1e-6)
    let moved = try adapter(noise: 0.3)
    let drift = try #require(anchors.drift(of: moved))
    #expect(drift.mean > 1e-4 && drift.p95 > drift.mean)
    // The foundation's states are those of the first time.
    #expect(anchors.drift(of: moved) == drift)
    #expect(Anchors(texts + [[]], for: model).drift(of: moved) == drift)
  }

  @Test func driftIsTheMeanOverPositionsOfWhatLogitsSay() throws {
    let moved = try adapter(noise: 0.3)
    var divergences: [Double] = []
    for text in texts {
      for (p, q) in zip(try model.allLogits(text), try model.allLogits(text, adapter: moved)) {
        let (logP, logQ) = (logSoftmax(p), logSoftmax(q))
        divergences.append(zip(logP, logQ).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) })
      }
    }
    let drift = try #require(Anchors(texts, for: model).drift(of: moved))
    #expect(near(drift.mean, divergences.reduce(0, +) / 13, relative: 1e-3))
    // Thirteen positions: the nearest rank of 95% is the last.
    #expect(near(drift.p95, divergences.max() ?? 0, relative: 1e-3))
  }

  @Test func aStopEndsTheMeasurement() throws {
    var asked = 0
    let stopped = Anchors(texts, for: model).drift(of: try adapter(noise: 0.3)) {
      asked += 1
      return asked == 2
    }
    #expect(stopped == nil && asked == 2)
    #expect(Anchors([], for: model).drift(of: try adapter(noise: 0.3)) == nil)
  }

  @Test func percentilesAreByNearestRank() {
    #expect(Drift((1...100).map(Double.init))?.p95 == 95)
    #expect(Drift((1...20).reversed().map(Double.init))?.p95 == 19)
    #expect(Drift([4, 2])?.p95 == 4)
    #expect(Drift([]) == nil)
  }

  @Test(arguments: [nil, 1] as [Int?])
  func thePenaltysGradientIsTheSlopeOfTheDrift(lastLayers: Int?) throws {
    let adapter = try adapter(lastLayers: lastLayers, noise: 0.2)
    for turn in texts.indices {
      let anchors = Anchors([texts[turn]], for: model)
      let (divergence, gradients) = Anchors(texts, for: model).gradients(turn: turn, of: adapter)
      #expect(near(divergence, try #require(anchors.drift(of: adapter)).mean, relative: 1e-4))
      let slopes = gradients.parameters.row(0)
      let norm = slopes.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      #expect(norm > 1e-3)
      // Along the gradient itself the divergence rises as fast as the gradient is long.
      func moved(_ step: Double) throws -> Double {
        let other = adapter.copy()
        other.parameters.setRow(
          0, zip(adapter.parameters.row(0), slopes).map { $0 + Float(step / norm) * $1 })
        return try #require(anchors.drift(of: other)).mean
      }
      let rise = (try moved(0.002) - moved(-0.002)) / 0.004
      #expect(near(rise, norm, relative: 2e-2), "text \(turn): \(rise), claimed \(norm)")
      // And along single numbers, the largest of which say most.
      for index in slopes.indices.sorted(by: { abs(slopes[$0]) > abs(slopes[$1]) }).prefix(3) {
        func nudged(_ step: Float) throws -> Double {
          let other = adapter.copy()
          other.parameters[0, index] += step
          return try #require(anchors.drift(of: other)).mean
        }
        let slope = (try nudged(0.02) - nudged(-0.02)) / 0.04
        #expect(near(slope, Double(slopes[index]), relative: 5e-2))
      }
    }
  }

  @Test func aPenaltyHoldsTheModelNearTheFoundation() throws {
    let items = [
      TrainingItem(
        tokens: [4, 8, 15, 16, 23, 42], trained: [false, false, true, true, true, true])
    ]
    func drift(_ weight: Float?) throws -> Drift {
      var recipe = Recipe()
      recipe.rank = 2
      recipe.learningRate = 1e-2
      recipe.klWeight = weight
      let adapter = try adapter(noise: 0)
      let anchors = Anchors(texts, for: model)
      let tuner = try Tuner(
        model: model, adapter: adapter, optimiser: OptimiserState(for: adapter), recipe: recipe,
        items: items, length: .steps(12), anchors: anchors)
      while !tuner.isFinished { _ = try tuner.step() }
      return try #require(anchors.drift(of: adapter))
    }
    let (free, held) = (try drift(nil), try drift(10))
    #expect(held.mean < free.mean / 2)
    // Without a weight the anchors make no difference.
    #expect(try drift(nil) == free)
  }

  private func logSoftmax(_ logits: [Float]) -> [Double] {
    let most = Double(logits.max() ?? 0)
    let sum = logits.reduce(0.0) { $0 + exp(Double($1) - most) }
    return logits.map { Double($0) - most - log(sum) }
  }
}
