import Engine
import Synchronization
import Testing

@Suite("Workers take every task once")
struct WorkersTests {
  @Test(arguments: [1, 2, 5])
  func everyTaskOnce(threads: Int) {
    let workers = Workers(threads: threads)
    for count in [0, 1, 2, 3, 100, 1000] {
      let done = (0..<count).map { _ in Counter() }
      workers.run(count) { task, slot in
        precondition(slot < threads)
        done[task].value.wrappingAdd(1, ordering: .relaxed)
      }
      #expect(done.allSatisfy { $0.value.load(ordering: .relaxed) == 1 })
    }
  }

  @Test func manySmallJobsInARow() {
    let workers = Workers(threads: 3)
    let sum = Counter()
    for _ in 0..<20_000 {
      workers.run(4) { task, _ in sum.value.wrappingAdd(task, ordering: .relaxed) }
    }
    #expect(sum.value.load(ordering: .relaxed) == 20_000 * 6)
  }

  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }
}
