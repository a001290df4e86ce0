import Engine
import Testing
import Workbench

@Suite struct CorrectionTests {
  private func workbench(_ folder: TemporaryFolder, _ examples: Int = 6) throws -> Workbench {
    let bench = try folder.workbench()
    for number in 1...examples {
      try bench.addExample(.pair(prompt: "q\(number)", completion: "a\(number)"))
    }
    return bench
  }

  @Test func whatChangedSinceTheBurstInUseCanBeCorrected() throws {
    let bench = try workbench(try TemporaryFolder())
    #expect(bench.correctable == nil)
    #expect(try bench.correct() == nil)
    _ = try bench.tune(.steps(2))
    #expect(bench.correctable == nil)
    try bench.editExample(3, .pair(prompt: "q3", completion: "b3"))
    #expect(bench.correctable?.description == "3")
    try bench.addExample(.pair(prompt: "q7", completion: "a7"))
    try bench.removeExamples([5])
    #expect(bench.correctable?.description == "3,7")
    let burst = try #require(try bench.correct())
    #expect(burst.correction?.description == "3,7")
    #expect(burst.parent == 1)
    #expect(burst.examples.map { "\($0.revision): \($0.ids)" } == ["1: 1-2,4,6-7", "2: 3"])
    #expect(burst.recipe.learningRate == bench.session.recipe.learningRate * Corrector.haste)
    #expect(bench.correctable == nil)
    try bench.undo()
    #expect(bench.correctable?.description == "3,7")
    for _ in 0..<2 { try bench.undo() }
    #expect(bench.correctable?.description == "3")
  }

  @Test func moreThanABatchIsNoCorrection() throws {
    let bench = try workbench(try TemporaryFolder())
    _ = try bench.tune(.steps(2))
    for number in 1...4 {
      try bench.editExample(number, .pair(prompt: "q", completion: "b\(number)"))
    }
    #expect(bench.correctable?.count == 4)
    try bench.editExample(5, .pair(prompt: "q", completion: "b5"))
    #expect(bench.correctable == nil)
  }

  @Test func aCorrectionSurvivesReopeningAndReplay() throws {
    let folder = try TemporaryFolder()
    let bench = try workbench(folder)
    _ = try bench.tune(.steps(2))
    try bench.editExample(3, .pair(prompt: "q3", completion: "b3"))
    _ = try bench.correct()
    _ = try bench.tune(.steps(1))
    let text = try folder.read("work.json")
    #expect(text.contains(#""correction" : "3""#))
    bench.close()
    let again = try folder.reopen()
    #expect(again.session.bursts.map { $0.correction?.description } == [nil, "3", nil])
    var outcomes: [Replay.Outcome] = []
    try Replay(again.session, model: ScriptedModel()).run {
      outcomes.append($0); return true
    }
    #expect(outcomes.map(\.isSame) == [true, true, true])
  }
}
