import Engine
import Testing
import Workbench

@Suite struct SessionStoreTests {
  @Test func aSecondWriterIsRefusedAndAReaderIsNot() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    let path = folder.file("work.json")
    let error = #expect(throws: SessionError.self) { try SessionStore.open(path: path) }
    guard case .locked(path, let process?) = error else {
      Issue.record("expected a lock, got \(String(describing: error))")
      return
    }
    #expect(process > 0)
    let reader = try SessionStore.open(path: path, readOnly: true)
    #expect(reader.store.isReadOnly)
    #expect(reader.session.examples.count == 1)
    bench.close()
    #expect(!folder.exists("work.lock"))
    #expect(try !SessionStore.open(path: path).store.isReadOnly)
  }

  @Test func theLockOfADeadProcessIsTakenOver() throws {
    let folder = try TemporaryFolder()
    try folder.workbench().save()
    try folder.write("999999\n", to: "work.lock")
    let bench = try folder.reopen()
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    #expect(try folder.read("work.json").contains("999999") == false)
  }

  @Test func aReadOnlySessionRefusesChangesAndAnswersAllTheSame() throws {
    let folder = try TemporaryFolder()
    let first = try folder.workbench()
    try first.addExample(.pair(prompt: "a", completion: "b"))
    _ = try first.tune(.steps(1))
    first.close()
    let before = try folder.read("work.json")
    try folder.setMode(0o444, of: "work.json")
    let bench = try folder.reopen()
    let path = folder.file("work.json")
    #expect(bench.takeNotices() == [.readOnly(path: path)])
    let refused = SessionError.readOnly(path: path)
    #expect(throws: refused) { try bench.addExample(.pair(prompt: "a", completion: "b")) }
    #expect(throws: refused) { try bench.removeExamples([1]) }
    #expect(throws: refused) { try bench.tune(.steps(1)) }
    #expect(throws: refused) { try bench.undo() }
    #expect(throws: refused) { try bench.checkout(nil) }
    #expect(throws: refused) { try bench.setSystem("x") }
    #expect(throws: refused) { try bench.save() }
    #expect(try bench.reply("hi").turn.burst == 1)
    #expect(try bench.diff("hi").foundation == "plain says hi")
    try bench.setStrength(0.5)
    #expect(bench.session.state.strength == 0.5)
    #expect(bench.takeNotices() == [])
    #expect(try folder.read("work.json") == before)
    try bench.save(as: folder.file("copy.json"))
    try bench.addExample(.pair(prompt: "c", completion: "d"))
    bench.close()
    #expect(try folder.reopen("copy").session.examples.count == 2)
  }

  @Test func aNewerVersionIsRefusedUntouched() throws {
    let folder = try TemporaryFolder()
    try folder.workbench().save()
    let text = try folder.read("work.json").replacing("\"version\" : 2", with: "\"version\" : 7")
    try folder.write(text, to: "work.json")
    let path = folder.file("work.json")
    #expect(throws: SessionError.newerVersion(path: path, version: 7, known: 2)) {
      try SessionStore.open(path: path)
    }
    #expect(try folder.read("work.json") == text)
    #expect(folder.names() == ["work.json"])
  }

  @Test func aMissingSessionIsSaid() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("none.json")
    #expect(throws: SessionError.missing(path: path)) { try SessionStore.open(path: path) }
    #expect(throws: SessionError.missing(path: path)) { try SessionStore.peek(path: path) }
    #expect(folder.names() == [])
  }

  /// Cut anywhere, a session file gives a sentence and a copy with all examples before the cut.
  @Test(arguments: [0, 1, 40, 300, 900, 1_500, 2_500, 4_000])
  func aCutFileIsExplainedAndSalvaged(kept: Int) throws {
    let folder = try TemporaryFolder()
    let first = try folder.workbench()
    for number in 0..<8 {
      try first.addExample(.pair(prompt: "question \(number)", completion: "answer"))
    }
    _ = try first.tune(.steps(2))
    first.close()
    let whole = try folder.read("work.json")
    let cut = String(decoding: Array(whole.utf8).prefix(kept), as: UTF8.self)
    try #require(kept < whole.utf8.count)
    try folder.write(cut, to: "work.json")
    let path = folder.file("work.json")
    let error = #expect(throws: SessionError.self) { try SessionStore.open(path: path) }
    guard case .damaged(path, let problem, let examples, let copy) = error else {
      Issue.record("expected damage, got \(String(describing: error))")
      return
    }
    #expect(!problem.isEmpty)
    #expect(try folder.read("work.json") == cut)
    guard let copy else {
      // Only examples say where they come from.
      #expect(!cut.contains("\"origin\""))
      return
    }
    // A second look finds the same copy.
    #expect(
      throws: SessionError.damaged(path: path, problem: problem, examples: examples, copy: copy)
    ) {
      try SessionStore.open(path: path)
    }
    let salvaged = try SessionStore.open(path: copy)
    #expect(salvaged.session.liveExamples.count == examples)
    // `bursts` stands before `examples` in the file, so the burst is whole where examples are.
    if examples > 0 { #expect(salvaged.session.bursts.count == 1) }
    let bench = try Workbench(model: ScriptedModel(), places: folder.places, opened: salvaged)
    if bench.session.current != nil { #expect(try bench.reply("x").turn.burst == 1) }
  }

  @Test(arguments: [
    ("\"parent\" : null", "\"parent\" : 5"), ("\"current\" : 1", "\"current\" : 9"),
    ("\"role\" : \"user\"", "\"role\" : 3"), ("\"seed\" : 1", "\"seed\" : -1"),
    ("\"rank\" : 8", "\"rank\" : \"eight\""), ("\"rank\" : 8", "\"rank\" : 99999999"),
    ("\"temperature\" : 0", "\"temperature\" : \"nan\""), ("\"strength\" : 1", "\"strength\" : -3"),
    ("\"id\" : 1", "\"id\" : 9223372036854775807"), ("\"number\" : 1", "\"number\" : 4294967296"),
    ("\"ids\" : \"1\"", "\"ids\" : \"1-4000000000\""),
  ])
  func whatDoesNotHoldTogetherIsDamageNotACrash(found: String, replacement: String) throws {
    let folder = try TemporaryFolder()
    let first = try folder.workbench()
    try first.addExample(.pair(prompt: "q", completion: "a"))
    _ = try first.tune(.steps(1))
    first.close()
    var text = try folder.read("work.json")
    if found.contains("parent") {
      text = text.replacing(
        "\"id\" : 1,\n      \"kernels\"", with: "\"id\" : 1,\"parent\":5,\n\"kernels\"")
    } else {
      text = text.replacing(found, with: replacement)
    }
    let unchanged = try folder.read("work.json")
    try #require(text != unchanged)
    try folder.write(text, to: "work.json")
    let error = #expect(throws: SessionError.self) {
      try SessionStore.open(path: folder.file("work.json"))
    }
    guard case .damaged(_, _, _, let copy?) = error else {
      Issue.record("expected damage and a copy, got \(String(describing: error))")
      return
    }
    #expect(try SessionStore.open(path: copy).session.bursts.count <= 1)
    #expect(try folder.read("work.json") == text)
  }

  @Test func tensorsThatAreNotTheBurstsAreRefused() throws {
    let folder = try TemporaryFolder()
    let first = try folder.workbench()
    try first.addExample(.pair(prompt: "q", completion: "a"))
    _ = try first.tune(.steps(1))
    let file = try #require(first.session.bursts[0].adapter?.file)
    first.close()
    try folder.write("other", to: "work.tensors/" + file)
    let bench = try folder.reopen()
    #expect(throws: SessionError.self) { try bench.reply("x") }
    try bench.checkout(nil)
    #expect(try bench.reply("x").turn.burst == nil)
    #expect(throws: SessionError.self) { try bench.checkout(1) }
    #expect(bench.session.current == nil)
  }

  @Test func namesAndPaths() throws {
    let places = SessionPlaces(folder: "/s")
    #expect(places.path(for: "pirate") == "/s/pirate.json")
    #expect(places.path(for: "a/b") == "a/b")
    #expect(places.path(for: "pirate.json") == "pirate.json")
    #expect(places.name(for: "/s/pirate.json") == "pirate")
    #expect(places.name(for: "/t/pirate.json") == "/t/pirate.json")
    #expect(places.isScratch("/s/scratch-20261124-101500.json"))
    #expect(places.isScratch("/s/scratch-20261124-101500-2.json"))
    for own in ["pirate", "scratch-pad", "scratch-20261124-1015001", "scratch-20261124-101500-x"] {
      #expect(!places.isScratch("/s/\(own).json"))
    }
    let folder = try TemporaryFolder()
    #expect(
      SessionPlaces(environment: ["HOME": "/h"], workingDirectory: folder.path).folder
        == "/h/.local/share/attune/sessions")
    #expect(
      SessionPlaces(
        environment: ["HOME": "/h", "XDG_DATA_HOME": "/d"], workingDirectory: folder.path
      ).folder == "/d/attune/sessions")
    try folder.write("", to: "x")
    _ = try SessionStore.open(path: folder.file("sessions/a.json"), creating: true)
    #expect(
      SessionPlaces(environment: ["HOME": "/h"], workingDirectory: folder.path).folder
        == folder.file("sessions"))
  }

  @Test func sessionsAreListed() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench("b")
    try bench.addExample(.pair(prompt: "q", completion: "a"))
    try folder.write("not json", to: "a.json")
    let list = folder.places.list()
    #expect(list.map(\.name) == ["a", "b"])
    #expect(list[0].contents == nil)
    #expect(
      list[1].contents
        == SessionPlaces.Contents(model: "scripted.gguf", examples: 1, bursts: 0))
    #expect(folder.names() == ["a.json", "b.json", "b.lock"])
  }
}

extension SessionStoreTests {
  @Test func aSessionOfVersionOneOpensAndIsMovedOn() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    try bench.addExample(.pair(prompt: "a", completion: "b"))
    _ = try bench.tune(.steps(2))
    bench.close()
    let text = try folder.read("work.json")
    #expect(text.contains("\"version\" : 2"))
    try folder.write(
      text.replacing("\"version\" : 2", with: "\"version\" : 1"), to: "work.json")
    let again = try folder.reopen()
    #expect(again.takeNotices() == [.migrated(from: 1)])
    #expect(again.session == bench.session)
    try again.setSystem("moved on")
    #expect(try folder.read("work.json").contains("\"version\" : 2"))
  }
}
