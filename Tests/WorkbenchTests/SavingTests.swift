import Engine
import Testing
import Workbench

@Suite struct SavingTests {
  @Test func anUnnamedSessionIsScratchFromItsFirstChangeOn() throws {
    let folder = try TemporaryFolder()
    let bench = Workbench(model: ScriptedModel(), places: folder.places, unnamed: .scratch)
    bench.now = { Timestamp(seconds: 1_795_515_300) }
    try bench.setSeed(2)
    try bench.setStrength(0.5)
    #expect(folder.names() == [])
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    _ = try bench.tune(.steps(1))
    let scratch = "scratch-20261124-101500"
    #expect(bench.takeNotices() == [.scratch(path: folder.file(scratch + ".json"))])
    #expect(folder.names() == ["json", "lock", "tensors"].map { "\(scratch).\($0)" })
    #expect(bench.status.isScratch)
    let path = try bench.save(as: "pirate")
    #expect(path == folder.file("pirate.json"))
    #expect(folder.names() == ["pirate.json", "pirate.lock", "pirate.tensors"])
    #expect(try bench.reply("x").turn.burst == 1)
    bench.close()
    #expect(try folder.reopen("pirate").reply("x").turn.burst == 1)
  }

  @Test func twoScratchSessionsOfOneSecondHaveTwoNames() throws {
    let folder = try TemporaryFolder()
    for _ in 0..<2 {
      let bench = Workbench(model: ScriptedModel(), places: folder.places, unnamed: .scratch)
      bench.now = { Timestamp(seconds: 1_795_515_300) }
      _ = try bench.reply("x")
      bench.close()
    }
    #expect(folder.places.list().map(\.name).count == 2)
  }

  @Test func aRunWithoutATerminalWritesNothingUnlessNamed() throws {
    let folder = try TemporaryFolder()
    let bench = Workbench(model: ScriptedModel(), places: folder.places, unnamed: .memory)
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    for _ in 0..<8 { _ = try bench.tune(.steps(1)) }
    try bench.checkout(1)
    _ = try bench.reply("x")
    #expect(folder.names() == [])
    try bench.save(as: "kept")
    bench.close()
    let again = try folder.reopen("kept")
    for id in 1...8 {
      try again.checkout(id)
      #expect(try again.reply("x").turn.burst == id)
    }
  }

  @Test func aScratchFolderThatCannotBeMadeIsSaidOnce() throws {
    let folder = try TemporaryFolder()
    try folder.write("a file", to: "taken")
    let places = SessionPlaces(folder: folder.file("taken/sessions"))
    let bench = Workbench(model: ScriptedModel(), places: places, unnamed: .scratch)
    _ = try bench.reply("x")
    _ = try bench.reply("y")
    let notices = bench.takeNotices()
    #expect(notices.count == 1)
    guard case .memoryOnly? = notices.first else {
      Issue.record("\(notices)")
      return
    }
    #expect(bench.session.turns.count == 2)
  }

  @Test func savingUnderAnotherNameCopiesTensorsAndGoesOnThere() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench("first")
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    for _ in 0..<6 { _ = try bench.tune(.steps(1)) }
    try bench.save(as: "second")
    try bench.addExample(.pair(prompt: "c", completion: "d"))
    bench.close()
    let (first, second) = (try folder.reopen("first"), try folder.reopen("second"))
    #expect(first.session.examples.count == 1)
    #expect(second.session.examples.count == 2)
    for bench in [first, second] {
      for id in 1...6 {
        try bench.checkout(id)
        _ = try bench.reply("x")
      }
    }
    #expect(throws: SessionError.exists(path: folder.file("first.json"))) {
      try second.save(as: "first")
    }
    #expect(throws: SessionError.self) { try second.save(as: "first", replacing: true) }
    first.close()
    try second.save(as: "first", replacing: true)
    #expect(try SessionStore.peek(path: folder.file("first.json")).examples.count == 2)
  }

  @Test func aFailedCopyLeavesTheSessionWhereItWas() throws {
    let folder = try TemporaryFolder()
    try folder.write("a file", to: "taken")
    let bench = try folder.workbench("first")
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    #expect(throws: SessionError.self) { try bench.save(as: folder.file("taken/x.json")) }
    try bench.addExample(.pair(prompt: "c", completion: "d"))
    #expect(try SessionStore.peek(path: folder.file("first.json")).examples.count == 2)
  }

  @Test func openingGoesOnWithAnotherSession() throws {
    let folder = try TemporaryFolder()
    let other = try folder.workbench("other")
    try other.addExample(.pair(prompt: "o", completion: "p"))
    _ = try other.tune(.steps(1))
    other.close()
    let bench = try folder.workbench("first")
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    try bench.open("other")
    #expect(bench.wordings == ["1 o => p"])
    try bench.open("other")
    #expect(!folder.exists("first.lock"))
    #expect(throws: SessionError.missing(path: folder.file("none.json"))) {
      try bench.open("none")
    }
    #expect(bench.wordings == ["1 o => p"])
    try bench.open("fresh", creating: true)
    #expect(bench.wordings == [])
    for name in ["", ".hidden", "a\nb", String(repeating: "x", count: 300)] {
      let refused = #expect(throws: SessionError.self) { try bench.save(as: name) }
      guard case .badName? = refused else {
        Issue.record("\(name) gave \(String(describing: refused))")
        continue
      }
    }
    try bench.startNew(unnamed: .memory)
    #expect(bench.store == nil)
  }

  @Test func burstsOfAnotherModelAreRefusedOrTheirModelLoaded() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench("first")
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    _ = try bench.tune(.steps(1))
    bench.close()
    let other = ScriptedModel()
    other.digest = String(repeating: "b", count: 64)
    #expect(throws: WorkbenchError.self) { try folder.reopen("first", model: other) }
    let second = try folder.workbench("second", model: other)
    #expect(throws: WorkbenchError.self) { try second.open("first") }
    try second.open("first") { identity in
      #expect(identity.sha256 == String(repeating: "a", count: 64))
      return ScriptedModel()
    }
    #expect(try second.reply("x").turn.burst == 1)
    #expect(throws: WorkbenchError.self) { try second.setModel(other) }
  }

  @Test func adaptersAndExamplesAreExported() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    #expect(throws: WorkbenchError.noAdapter) { try bench.exportAdapter(to: folder.file("out")) }
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    try bench.addExample(.pair(prompt: "x", completion: "y"))
    try bench.removeExamples([2])
    _ = try bench.tune(.steps(1))
    try bench.exportAdapter(to: folder.file("out"))
    #expect(folder.exists("out/adapter_model.safetensors"))
    #expect(try bench.exportExamples(path: folder.file("data.jsonl")) == 1)
    #expect(
      try folder.read("data.jsonl")
        == #"{"messages":[{"content":"a","role":"user"},{"content":"b","role":"assistant"}]}"#
        + "\n")
    #expect(try bench.score(path: folder.file("data.jsonl")).nats == [[1]])
    #expect(try bench.score(path: folder.file("data.jsonl"), foundation: true).nats == [[2]])
  }
}
