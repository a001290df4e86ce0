import Engine
import Testing

@Suite("A step is cut into batches of about equal size")
struct MicroBatchTests {
  /// Items that share no beginning, of these lengths.
  private func items(_ lengths: [Int]) -> [TrainingItem] {
    lengths.enumerated().map { place, count in
      TrainingItem(
        tokens: (0..<count).map { Token(1000 * place + $0) },
        trained: (0..<count).map { $0 > count / 2 })
    }
  }

  @Test(arguments: [
    ([10, 10, 10, 10], 40, [0..<4]),
    // Not three and one.
    ([10, 10, 10, 10], 30, [0..<2, 2..<4]),
    // A longer one stands alone.
    ([10, 90, 10, 10], 40, [0..<1, 1..<2, 2..<4]),
    ([], 40, []),
  ])
  func asFewAsCanBe(lengths: [Int], limit: Int, expected: [Range<Int>]) {
    #expect(MicroBatches.groups(items(lengths), limit: limit) == expected)
  }

  @Test func aSharedBeginningCountsOnce() {
    let beginning = (0..<20).map { Token($0) }
    let items = (0..<3).map { place in
      TrainingItem(
        tokens: beginning + [Token(100 + place), 50], trained: (0..<22).map { $0 > 20 })
    }
    #expect(MicroBatches.groups(items, limit: 26) == [0..<3])
    #expect(MicroBatches.groups(items, limit: 25) == [0..<2, 2..<3])
  }
}
