import Engine
import Testing
import Workbench

@Suite struct BranchTests {
  /// Two bursts from the foundation, the second with a rank of its own.
  private func bench(_ folder: TemporaryFolder) throws -> Workbench {
    let bench = try folder.workbench()
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    _ = try bench.tune(.steps(2))
    try bench.checkout(nil)
    try bench.addExample(.pair(prompt: "c", completion: "d"))
    var recipe = bench.session.recipe
    recipe.rank = 4
    recipe.lastLayers = 1
    _ = try bench.tune(.steps(1), recipe: recipe)
    return bench
  }

  private func parts(_ weights: (Int, Float)...) -> [Burst.BlendPart] {
    weights.map { Burst.BlendPart(burst: $0.0, weight: $0.1) }
  }

  @Test func aBlendIsABurstOfItsOwn() throws {
    let folder = try TemporaryFolder()
    let bench = try bench(folder)
    let blend = try bench.blend(parts((1, 0.7), (2, 0.3)))
    #expect(blend.id == 3 && blend.parent == 1 && bench.session.current == 3)
    #expect(blend.recipe.rank == 12 && blend.recipe.alpha == 24)
    #expect(blend.recipe.lastLayers == nil && blend.steps == 0)
    #expect(blend.examples == [Burst.Seen(revision: 1, ids: IDList(1...2))])
    #expect(bench.correctable == nil)
    #expect(bench.session.ancestors(of: 3).map(\.id) == [1, 2, 3])
    try bench.undo()
    #expect(bench.session.current == 2)
    try bench.redo()

    bench.close()
    let again = try folder.reopen()
    #expect(again.session.bursts == bench.session.bursts)
    _ = try again.reply("hi")
    // The shape of the blend is kept below it, whatever the session's rank is.
    let next = try #require(try again.tune(.steps(2)))
    #expect(next.parent == 3 && next.recipe.rank == 12 && next.recipe.alpha == 24)
    #expect(try #require(try again.tune(.steps(1))).recipe.rank == 12)
    var outcomes: [Bool] = []
    try Replay(again.session, model: ScriptedModel()).run {
      outcomes.append($0.isSame)
      return true
    }
    #expect(outcomes == [true, true, true, true, true, true])
  }

  @Test func blendsThatCannotBeAreRefused() throws {
    let folder = try TemporaryFolder()
    let bench = try bench(folder)
    #expect(throws: WorkbenchError.blendsItself) { try bench.blend([]) }
    #expect(throws: WorkbenchError.blendsItself) { try bench.blend(parts((1, 1), (1, 1))) }
    #expect(throws: WorkbenchError.noSuchBurst(7, last: 2)) { try bench.blend(parts((7, 1))) }
    for weight in [0, 2.1, -3, Float.nan, .infinity] {
      #expect(throws: WorkbenchError.self) { try bench.blend(parts((1, weight))) }
    }
    #expect(bench.session.bursts.count == 2 && bench.session.current == 2)
  }

  @Test func namesAreUniqueAndBothAreWritten() throws {
    let folder = try TemporaryFolder()
    let bench = try bench(folder)
    try bench.name(1, "pirate")
    try bench.note(1, "a note: \"good\"")
    try bench.name(2, "pirate")
    #expect(bench.session.bursts.map(\.name) == [nil, "pirate"])
    #expect(try bench.session.resolve(.named("pirate")) == 2)
    #expect(throws: WorkbenchError.badName("base")) { try bench.name(1, "base") }
    #expect(throws: WorkbenchError.badName("a b")) { try bench.name(1, "a b") }
    #expect(throws: WorkbenchError.noSuchBurst(9, last: 2)) { try bench.note(9, "x") }
    bench.close()
    let again = try folder.reopen()
    #expect(again.session.bursts == bench.session.bursts)
    try again.name(2, nil)
    try again.note(1, nil)
    #expect(try !folder.read("work.json").contains("\"name\""))
    #expect(try !folder.read("work.json").contains("\"note\""))
  }

  @Test func aFileThatBlendsWhatIsNotThereIsRefused() throws {
    let folder = try TemporaryFolder()
    let bench = try bench(folder)
    var blend = try bench.blend(parts((1, 1)))
    blend.blend = parts((3, 1))
    #expect(bench.session.problem(blend)?.contains("not an earlier one") == true)
    blend.blend = []
    #expect(bench.session.problem(blend)?.contains("blend of nothing") == true)
  }
}
