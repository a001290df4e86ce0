/// Which items make up the batch of a step: a function of the step alone, so that any step can be done again.
struct BatchOrder {
  let count: Int
  let batchSize: Int
  let order: Recipe.Order
  let seed: UInt64

  /// A batch larger than the data is the data.
  var batchesPerEpoch: Int { (count + batchSize - 1) / batchSize }

  /// The batch at `step`, counted from 0. The last batch of an epoch may be smaller.
  func batch(at step: Int) -> [Int] {
    let (epoch, place) = step.quotientAndRemainder(dividingBy: batchesPerEpoch)
    var items = Array(0..<count)
    if order == .shuffled {
      var random = SplitMix(seed: seed, stream: UInt64(epoch))
      items = random.shuffled(items)
    }
    return Array(items[place * batchSize..<min(count, (place + 1) * batchSize)])
  }
}
