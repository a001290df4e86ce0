import Engine
import Testing
import Workbench

@Suite struct ReplayTests {
  private func session() throws -> Session {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    try bench.setSystem("first")
    _ = try bench.tune(.steps(3))
    try bench.editExample(1, .pair(prompt: "a", completion: "c"))
    try bench.setSystem("second")
    var steps = 0
    _ = try bench.tune(.steps(9), shouldStop: { steps == 2 }, report: { steps = $0.report.step })
    try bench.checkout(1)
    try bench.addExample(.text("more"))
    _ = try bench.tune(.seconds(1))
    _ = try bench.diff("hello")
    try bench.checkout(nil)
    _ = try bench.diff("hello")
    return bench.session
  }

  private func outcomes(
    _ session: Session, _ model: ScriptedModel = ScriptedModel(), shouldStop: () -> Bool = { false }
  ) throws -> [Replay.Outcome] {
    var outcomes: [Replay.Outcome] = []
    try Replay(session, model: model).run(shouldStop: shouldStop) { outcome in
      outcomes.append(outcome)
      return true
    }
    return outcomes
  }

  @Test func aSessionReplaysTheSame() throws {
    let session = try session()
    var outcomes: [Replay.Outcome] = []
    let replay = try Replay(session, model: ScriptedModel())
    try replay.run { outcome in
      outcomes.append(outcome)
      return true
    }
    #expect(outcomes.map(\.part) == replay.parts)
    #expect(outcomes.count == 5)
    #expect(outcomes.allSatisfy { $0.isSame })
    #expect(replay.adapter(of: 3)?.hash == session.bursts[2].hash)
  }

  @Test func aDifferenceIsFound() throws {
    let model = ScriptedModel()
    model.losses = [2: 7]
    model.replies = ["hello": "something else"]
    let outcomes = try outcomes(try session(), model)
    #expect(outcomes.map(\.verdict) == Array(repeating: .differs, count: 5))
    #expect(outcomes[0].tuning?.firstDifference == 2)
    #expect(outcomes[0].tuning?.losses.count == 3)
  }

  @Test func anAdapterThatDiffersIsFoundWithoutItsLosses() throws {
    var session = try session()
    session.bursts[1].hash = String(repeating: "0", count: 64)
    let outcomes = try outcomes(session)
    #expect(outcomes.map(\.isSame) == [true, false, true, true, true])
    #expect(outcomes[1].verdict == .differs)
    #expect(outcomes[1].tuning?.firstDifference == nil)
  }

  @Test func aBurstThatEndsEarlyIsNotTheSame() throws {
    var session = try session()
    session.bursts[0].losses.append(1)
    let first = try outcomes(session)[0]
    #expect(first.verdict == .differs)
    #expect(first.tuning?.firstDifference == 4)
    #expect(first.tuning?.losses.count == 3)
  }

  @Test func aStopIsHeardWithinABurst() throws {
    var asked = 0
    let outcomes = try outcomes(
      try session(),
      shouldStop: {
        asked += 1
        return asked > 6
      })
    #expect(outcomes.map(\.part) == [.burst(1)])
  }

  @Test func anotherModelIsRefused() throws {
    let model = ScriptedModel()
    model.digest = String(repeating: "c", count: 64)
    #expect(throws: WorkbenchError.self) { try Replay(try session(), model: model) }
  }

  // MARK: Kernels

  @Test func whatOtherKernelsMadeIsHeldToItsLosses() throws {
    let session = try session()
    #expect(session.bursts.allSatisfy { $0.kernels?.rawValue == "scalar" })
    let model = ScriptedModel()
    model.kernels = KernelPath(rawValue: "neon")
    // The second loss is a third where none is given.
    model.losses = [2: 1.0 / 3 * (1 + Replay.tolerance / 2)]
    let near = try outcomes(session, model)[0]
    #expect(near.verdict == .near)
    #expect(near.tuning?.mustBeExact == false)
    #expect(abs((near.tuning?.largestDifference ?? 0) - Replay.tolerance / 2) < 1e-9)
    model.losses = [2: 1.0 / 3 * (1 + Replay.tolerance * 2)]
    #expect(try outcomes(session, model)[0].verdict == .differs)
    model.losses = [2: .nan]
    #expect(try outcomes(session, model)[0].verdict == .differs)
    model.losses = [:]
    model.replies = ["hello": "something else"]
    #expect(
      try outcomes(session, model).map(\.verdict) == [
        .same, .same, .same, .leftOut(.otherKernels), .leftOut(.otherKernels),
      ])
  }

  @Test func aBurstOnTopOfOneByOtherKernelsNeedNotBeExact() throws {
    var session = try session()
    session.bursts[0].kernels = KernelPath(rawValue: "neon")
    let exact = try outcomes(session).prefix(3).map { $0.tuning?.mustBeExact }
    #expect(exact == [false, false, false])
    // A blend of such bursts has nothing to be held to.
    session.bursts[2].blend = [Burst.BlendPart(burst: 2, weight: 1)]
    #expect(try outcomes(session)[2].verdict == .leftOut(.otherKernels))
    session.bursts[2].blend = nil
    session.bursts[0].kernels = nil
    #expect(try outcomes(session).prefix(3).allSatisfy { $0.tuning?.mustBeExact == true })
  }

  @Test func vnniHasTheBytesOfAVX2() {
    let paths = ["avx2", "vnni", "neon", "scalar", "unheard"].map { KernelPath(rawValue: $0) }
    for path in paths {
      for other in paths {
        let areOne = Set([path.rawValue, other.rawValue]) == ["avx2", "vnni"]
        #expect(path.hasSameBytes(as: other) == (path == other || areOne))
      }
    }
  }

  /// The tolerance holds between this machine's paths on a model of random weights, with much room.
  @Test func pathsOfThisMachineAgreeWithinTheTolerance() throws {
    let folder = try TemporaryFolder()
    func bench(_ name: String, _ path: Kernels.Path) throws -> Workbench {
      try Workbench(
        model: EngineModel(
          Model(path: EngineModelTests.path, compute: Compute(threads: 1, path: path))),
        places: folder.places,
        opened: SessionStore.open(path: folder.file(name + ".json"), creating: true))
    }
    let made = try bench("made", Kernels.bestPath)
    for row in 0..<3 {
      let ids = (0..<12).map { Token((row * 31 + $0 * 7) % 97) }
      try made.addExample(.tokens(ids: ids, labels: ids))
    }
    _ = try made.tune(.steps(30))
    _ = try made.tune(.steps(10))
    for path in Kernels.paths {
      try Replay(made.session, model: bench(path.rawValue, path).model).run { outcome in
        let tuning = try #require(outcome.tuning)
        let isOne = KernelPath(rawValue: path.rawValue).hasSameBytes(
          as: KernelPath(rawValue: Kernels.bestPath.rawValue))
        #expect(tuning.mustBeExact == isOne)
        #expect(outcome.verdict == (isOne ? .same : .near))
        #expect(tuning.largestDifference < Replay.tolerance / 10)
        return true
      }
    }
  }
}
