/// Where one item pulls an adapter: its loss and a short image of the loss's slope, whose angles to others' images are
/// nearly those of the slopes themselves.
public struct GradientSketch: Sendable, Equatable {
  /// What a step on the item alone would report: without judgements, mean nats of its trained tokens.
  public let loss: Double
  /// The slope's length, all matrices together.
  public let norm: Double
  /// The image.
  package let numbers: [Float]

  /// A sketch from its parts.
  public init(loss: Double, norm: Double, numbers: [Float]) {
    self.loss = loss
    self.norm = norm
    self.numbers = numbers
  }

  /// The cosine of the angle to another sketch of as many numbers; 0 where either is nothing. Off by about
  /// 1 / √numbers.
  public func cosine(_ other: GradientSketch) -> Double {
    var (product, own, others) = (0.0, 0.0, 0.0)
    for (a, b) in zip(numbers, other.numbers) {
      product += Double(a * b)
      own += Double(a * a)
      others += Double(b * b)
    }
    let lengths = (own * others).squareRoot()
    return lengths > 0 ? max(-1, min(1, product / lengths)) : 0
  }
}

/// Maps long vectors to short ones so that inner products stay nearly what they were (count sketch; Charikar, Chen &
/// Farach-Colton 2002): each number goes to one place, with one sign, both drawn by the seed.
struct CountSketch {
  let dimensions: Int
  let seed: UInt64

  func callAsFunction(_ row: UnsafeBufferPointer<Float>) -> [Float] {
    var image = [Float](repeating: 0, count: dimensions)
    for (index, number) in row.enumerated() where number != 0 {
      var random = SplitMix(seed: seed ^ UInt64(index))
      let bits = random.next()
      let place = Int((bits >> 1).multipliedFullWidth(by: UInt64(dimensions) << 1).high)
      image[place] += bits & 1 == 0 ? number : -number
    }
    return image
  }
}

extension Model {
  /// Where each item pulls `adapter`, in order; fp32. Of a fresh adapter only B is pulled, as B is zero.
  ///
  /// `progress` is told the items done and answers whether to go on; where it does not, what is done is returned.
  /// Throws where an item has no trained token, is longer than the context or holds unknown ids.
  public func gradientSketches(
    _ items: [TrainingItem], of adapter: Adapter, dimensions: Int = 8192, seed: UInt64 = 1,
    progress: (Int) -> Bool = { _ in true }
  ) throws -> [GradientSketch] {
    let optimiser = OptimiserState(for: adapter)
    let sketch = CountSketch(dimensions: dimensions, seed: seed)
    var sketches: [GradientSketch] = []
    for item in items {
      let tuner = try Tuner(
        model: self, adapter: adapter, optimiser: optimiser, recipe: Recipe(), items: [item],
        length: .steps(1))
      let (loss, gradients) = try tuner.gradientsOfAll()
      sketches.append(
        GradientSketch(
          loss: loss, norm: compute.kernels.sumOfSquares(gradients.parameters).squareRoot(),
          numbers: gradients.parameters.withRow(0) { sketch($0) }))
      if !progress(sketches.count) { break }
    }
    return sketches
  }
}
