import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("replay on a tiny model")
struct ReplayCommandTests {
  private let folder: TemporaryFolder
  private let session: String

  init() throws {
    folder = try TemporaryFolder()
    session = folder.path + "/work.json"
    let (data, _) = try Fixtures.tinyData(in: folder)
    let made = try Program.run([
      "--json", "--model", Fixtures.tiny, "--session", session, "-c", "/import \(data)", "-c",
      "/tune 4", "-c", "/tune 3",
    ])
    try #require(made.code == 0, "\(made.errors)")
  }

  private func text() throws -> String {
    String(decoding: try #require(FileManager.default.contents(atPath: session)), as: UTF8.self)
  }

  @Test func aSessionComesOutTheSameWithoutItsTensors() throws {
    let before = try text()
    try FileManager.default.removeItem(atPath: folder.path + "/work.tensors")
    let result = try Program.run(["replay", session, "--check", "--json"])
    #expect(result.code == 0, "\(result.errors)")
    let lines = try result.objects
    try #require(lines.count == 3)
    #expect(lines[0]["burst"] == .number(1) && lines[0]["steps"] == .number(4))
    #expect(lines.prefix(2).allSatisfy { $0["verdict"] == .string("same") })
    #expect(lines[2]["same"] == .number(2) && lines[2]["parts"] == .number(2))
    #expect(lines[2]["different"] == .number(0))
    #expect(try text() == before)
    let plain = try Program.run(["replay", session, "--threads", "1"])
    #expect(plain.code == 0)
    #expect(plain.output.contains("burst 2  3 steps in "), "\(plain.output)")
    #expect(plain.output.hasSuffix("2 of 2 the same, to the byte.\n"))
  }

  @Test func driftEndsWithOneWhereItIsChecked() throws {
    let changed = try text().replacing(
      "\"seed\" : 1,\n        \"targets\"", with: "\"seed\" : 2,\n        \"targets\"")
    try #require(try changed != text())
    try folder.write("work.json", changed)
    let result = try Program.run(["replay", session, "--check"])
    #expect(result.code == 1, "\(result.errors)")
    #expect(result.output.contains("differs from step "), "\(result.output)")
    #expect(result.output.hasSuffix("2 not what the session says.\n"), "\(result.output)")
    #expect(try Program.run(["replay", session]).code == 0)
  }

  @Test func otherKernelsAreToldWithTheTolerance() throws {
    let kernels = try #require(try text().firstMatch(of: /"kernels" : "(.*?)"/)).1
    try folder.write(
      "work.json",
      text().replacing("\"kernels\" : \"\(kernels)\"", with: "\"kernels\" : \"other\"")
        .replacing("\"hash\" : \"", with: "\"hash\" : \"0"))
    let result = try Program.run(["replay", session, "--check"])
    #expect(result.code == 0, "\(result.output)")
    #expect(result.output.contains("0 of 2 the same, to the byte; 2 made by other kernels"))
    #expect(result.output.contains("(tolerance 0.1000 %)"), "\(result.output)")
  }

  @Test func whatIsMissingOrDamagedIsNamed() throws {
    let missing = try Program.run(["replay", folder.path + "/none.json"])
    #expect(missing.code == 1)
    #expect(missing.errors.contains("none.json"))
    try folder.write("work.json", String(try text().dropLast(40)))
    let damaged = try Program.run(["replay", session])
    #expect(damaged.code == 1)
    #expect(damaged.errors.contains("work.json"), "\(damaged.errors)")
    #expect(damaged.output.isEmpty)
  }

  @Test func ctrlCEndsItBetweenSteps() throws {
    let made = try Program.run([
      "--session", session, "-c", "/tune 2000 batch-size=1",
    ])
    try #require(made.code == 0, "\(made.errors)")
    let process = try Program(["replay", session, "--json"])
    #expect(process.interrupt(after: "\"burst\":2"))
    let result = try process.wait()
    #expect(result.code == 130, "\(result.errors)")
    #expect(try result.objects.last?["parts"] == .number(3))
    #expect(result.errors.contains("stopped"))
  }
}
