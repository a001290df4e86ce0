import Engine
import Testing
import Workbench

/// Work goes on while writes fail at every possible place; what a new process finds must be whole, and be what was
/// there before or after the change at hand.
@Suite struct DurabilityTests {
  private struct Killed: Error {}

  /// The commands of a small session, each a change.
  private static let work: [@Sendable (Workbench) throws -> Void] = [
    { try $0.addExample(.pair(prompt: "a", completion: "b")) },
    { _ = try $0.tune(.steps(2)) },
    { try $0.addExample(.pair(prompt: "c", completion: "d")) },
    { _ = try $0.tune(.steps(2)) },
    { try $0.undo() },
    { _ = try $0.tune(.steps(3)) },
    { try $0.editExample(1, .pair(prompt: "a", completion: "z")) },
    { try $0.checkout(2) },
  ]

  private func snapshot(_ session: Session) -> String {
    "\(session.current ?? 0) \(session.bursts.map { "\($0.hash) \($0.losses)" }) "
      + "\(session.examples.map { "\($0.current ?? 0) \($0.revisions.count)" })"
  }

  /// All states a session goes through, and how many writes there are.
  private func course() throws -> (states: [String], writes: Int) {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    bench.checkpointInterval = 0
    let counter = Counter()
    bench.store?.beforeWrite = { _ throws(SessionError) in counter.count += 1 }
    var states = [snapshot(bench.session)]
    for command in Self.work {
      try command(bench)
      states.append(snapshot(bench.session))
    }
    return (states, counter.count)
  }

  private final class Counter { var count = 0 }

  @Test func killedBeforeAnyWriteNothingIsLost() throws {
    let (states, writes) = try course()
    #expect(writes > 20)
    for kill in 0..<writes {
      let folder = try TemporaryFolder()
      let model = ScriptedModel()
      let bench = try folder.workbench(model: model)
      bench.checkpointInterval = 0
      let counter = Counter()
      // From the kill on nothing reaches the disk, as with a dead process.
      bench.store?.beforeWrite = { _ throws(SessionError) in
        counter.count += 1
        if counter.count > kill { throw .notSaved(path: "", reason: "killed") }
      }
      var done = 0
      for command in Self.work {
        try command(bench)
        guard counter.count <= kill else { break }
        done += 1
      }
      bench.store?.beforeWrite = { _ throws(SessionError) in }
      let reached = folder.exists("work.json") ? try abandonAndReopen(folder) : nil
      guard let reached else {
        #expect(done == 0)
        continue
      }
      let found = snapshot(reached.session)
      let recovered = reached.session.bursts.last?.ending == .recovered
      #expect(
        recovered || found == states[done] || found == states[done + 1],
        "killed at write \(kill) in command \(done)")
      if recovered { #expect(reached.session.bursts.count == reached.session.bursts.last?.id) }
      // Whatever was found works: the adapter is there, and so is what undo goes back to.
      _ = try reached.reply("x")
      _ = try? reached.undo()
      _ = try reached.reply("x")
      #expect(reached.unsaved == nil)
    }
  }

  /// Lets go of the lock without writing, then opens as another process would.
  private func abandonAndReopen(_ folder: TemporaryFolder) throws -> Workbench {
    try? folder.remove("work.lock")
    return try folder.reopen()
  }

  @Test func aFullDiskLosesNothingAndIsTriedAgain() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    let store = try #require(bench.store)
    store.beforeWrite = { _ throws(SessionError) in
      throw .notSaved(path: "work.json", reason: "the disk is full")
    }
    let failure = SessionError.notSaved(path: "work.json", reason: "the disk is full")
    try bench.addExample(.pair(prompt: "c", completion: "d"))
    #expect(bench.takeNotices() == [.notSaved(failure)])
    let burst = try #require(try bench.tune(.steps(2)))
    #expect(bench.session.current == burst.id)
    guard case .notSaved? = bench.takeNotices().last else {
      Issue.record("a burst that is not on disk must be said")
      return
    }
    #expect(try bench.reply("x").turn.burst == burst.id)
    #expect(throws: SessionError.self) { try bench.save() }
    #expect(throws: SessionError.self) { try bench.open("other", creating: true) }
    #expect(bench.session.examples.count == 2)
    #expect(try SessionStore.peek(path: folder.file("work.json")).examples.count == 1)
    store.beforeWrite = { _ throws(SessionError) in }
    _ = bench.takeNotices()
    try bench.save()
    #expect(bench.unsaved == nil)
    bench.close()
    let again = try folder.reopen()
    #expect(again.session.examples.count == 2)
    #expect(try again.reply("x").turn.burst == burst.id)
  }

  @Test func aKilledBurstIsRecoveredFromItsCheckpoint() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    bench.checkpointInterval = 0
    #expect(throws: Killed.self) {
      _ = try bench.tune(.steps(10)) {
        false
      } report: { progress in
        // The process dies here: its lock goes, nothing more is written.
        if progress.report.step == 5 {
          bench.store?.beforeWrite = { _ throws(SessionError) in
            throw .notSaved(path: "", reason: "killed")
          }
        }
      }
      throw Killed()
    }
    try folder.remove("work.lock")
    let again = try folder.reopen()
    #expect(again.takeNotices() == [.recoveredBurst(1, steps: 4)])
    #expect(again.session.bursts[0].ending == .recovered)
    let losses = (2...5).map { 1 / Double($0) }
    #expect(again.session.bursts[0].losses == losses)
    #expect(try again.reply("x").turn.burst == 1)
    #expect(!folder.exists("work.tensors/checkpoint.json"))
    again.close()
    let third = try folder.reopen()
    #expect(third.takeNotices() == [])
    #expect(try third.undo() == .burst(1, from: nil))
  }

  @Test func aFinishedBurstLeavesNoCheckpoint() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    bench.checkpointInterval = 0
    let burst = try #require(try bench.tune(.steps(10)))
    #expect(
      folder.names("work.tensors")
        == [burst.adapter?.file, burst.optimiser?.file].compactMap { $0 }.sorted())
  }
}
