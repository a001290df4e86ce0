import Engine
import Testing
import Workbench

@Suite struct HistoryTests {
  /// What a person would say the state is.
  private struct Scene: Equatable {
    var current: Int?
    var wordings: [String]
  }

  private func scene(_ bench: Workbench) -> Scene {
    Scene(current: bench.session.current, wordings: bench.wordings)
  }

  /// Random commands against the simplest model of undo: a list of scenes and a place in it.
  @Test(arguments: 1...12)
  func undoAndRedoFollowAListOfScenes(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(seed: seed)
    var bench = try folder.workbench()
    try bench.save()
    var scenes = [scene(bench)]
    var place = 0
    for step in 0..<60 {
      let before = scene(bench)
      let ids = bench.session.liveExamples.map(\.id)
      switch Int.random(in: 0..<10, using: &random) {
      case 0, 1: try bench.addExample(.pair(prompt: "p\(step)", completion: "c\(step)"))
      case 2:
        guard let id = ids.randomElement(using: &random) else { continue }
        try bench.editExample(id, .pair(prompt: "edited", completion: "c\(step)"))
      case 3:
        guard let id = ids.randomElement(using: &random) else { continue }
        try bench.removeExamples([id])
      case 4, 5:
        guard !ids.isEmpty else { continue }
        _ = try bench.tune(.steps(2))
      case 6:
        let targets: [Int?] = [nil] + bench.session.bursts.map(\.id)
        try bench.checkout(targets.randomElement(using: &random) ?? nil)
        if scene(bench) == before { continue }
      case 7, 8:
        guard place > 0 else {
          #expect(throws: WorkbenchError.nothingToUndo) { try bench.undo() }
          continue
        }
        try bench.undo()
        place -= 1
        #expect(scene(bench) == scenes[place])
        continue
      default:
        if place < scenes.count - 1 {
          try bench.redo()
          place += 1
          #expect(scene(bench) == scenes[place])
        } else {
          #expect(throws: WorkbenchError.nothingToRedo) { try bench.redo() }
          bench.close()
          bench = try folder.reopen()
          #expect(scene(bench) == before)
        }
        continue
      }
      scenes.removeSubrange((place + 1)...)
      scenes.append(scene(bench))
      place += 1
    }
  }

  @Test func undoSaysWhatItTookBack() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    _ = try bench.tune(.steps(1))
    try bench.removeExamples([1])
    #expect(
      try bench.undo() == .examples([Change.Moved(ids: IDList([1]), from: 1, to: nil)]))
    #expect(try bench.undo() == .burst(1, from: nil))
    #expect(try bench.redo() == .burst(1, from: nil))
  }

  @Test func goingOnAfterAnUndoEqualsNeverHavingLeft() throws {
    let folder = try TemporaryFolder()
    let straight = try folder.workbench("straight")
    let winding = try folder.workbench("winding")
    for bench in [straight, winding] {
      try bench.addExample(.pair(prompt: "a", completion: "b"))
      _ = try bench.tune(.steps(3))
    }
    _ = try winding.tune(.steps(5))
    try winding.undo()
    winding.close()
    let reopened = try folder.reopen("winding")
    let expected = try #require(try straight.tune(.steps(4)))
    let found = try #require(try reopened.tune(.steps(4)))
    #expect(found.hash == expected.hash)
    #expect(found.losses == expected.losses)
    #expect(found.parent == 1)
    #expect(found.id == 3)
  }

  @Test func aNewBurstAfterAnUndoBranchesAndBothBranchesStay() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    for _ in 0..<2 { _ = try bench.tune(.steps(1)) }
    try bench.undo()
    _ = try bench.tune(.steps(2))
    #expect(bench.session.bursts.map(\.parent) == [nil, 1, 1])
    #expect(throws: WorkbenchError.nothingToRedo) { try bench.redo() }
    try bench.checkout(2)
    #expect(bench.session.path(to: 2).map(\.id) == [1, 2])
    #expect(throws: WorkbenchError.noSuchBurst(9, last: 3)) { try bench.checkout(9) }
    #expect(bench.session.current == 2)
  }

  @Test func aBurstNamesTheRevisionsItSaw() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    for word in ["a", "b", "c"] { try bench.addExample(.pair(prompt: word, completion: word)) }
    try bench.editExample(2, .pair(prompt: "b", completion: "better"))
    try bench.removeExamples([1])
    let burst = try #require(try bench.tune(.steps(1)))
    #expect(
      burst.examples == [
        Burst.Seen(revision: 1, ids: IDList([3])), Burst.Seen(revision: 2, ids: IDList([2])),
      ])
    #expect(bench.session.example(1)?.current == nil)
    #expect(bench.session.example(1)?.revision(1) != nil)
  }
}
