import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("report without a model")
struct ReportCommandTests {
  private static let session =
    URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path + "/sessions/pirate-voice.json"
  private let folder: TemporaryFolder
  private let page: String

  init() throws {
    folder = try TemporaryFolder()
    page = folder.path + "/page.html"
  }

  @Test func theShippedSessionBecomesAPage() throws {
    let result = try Program.run(["report", Self.session, page])
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output.hasPrefix("report written to \(page), "), "\(result.output)")
    let html = folder.text("page.html")
    #expect(html.contains("<title>pirate-voice · Attune</title>"))
    #expect(html.contains("attune replay pirate-voice.json --check"))
    // Again, over the report that is there; the same session gives the same bytes.
    let again = try Program.run(["report", Self.session, page, "--json"])
    #expect(again.code == 0, "\(again.errors)")
    let written = try #require(try again.objects.first)
    #expect(written["path"] == .string(page) && written["bytes"].number == Double(html.utf8.count))
    #expect(written["examples"] == .number(19) && written["comparisons"] == .number(4))
    #expect(folder.text("page.html") == html)
  }

  @Test func otherFilesAndMissingSessionsAreLeftAlone() throws {
    try folder.write("page.html", "mine")
    let refused = try Program.run(["report", Self.session, page])
    #expect(refused.code == 1)
    #expect(refused.errors.contains("is there already") && refused.errors.contains("--force"))
    #expect(folder.text("page.html") == "mine")
    #expect(try Program.run(["report", Self.session, page, "--force"]).code == 0)
    #expect(folder.text("page.html").hasPrefix("<!DOCTYPE html>"))
    let copy = folder.path + "/copy.json"
    try FileManager.default.copyItem(atPath: Self.session, toPath: copy)
    let own = try Program.run(["report", copy, copy, "--force"])
    #expect(own.code == 1 && own.errors.contains("the session's own file"), "\(own.errors)")
    #expect(folder.text("copy.json").hasPrefix("{"))
    let missing = try Program.run(["report", "nobody", folder.path + "/other.html"])
    #expect(missing.code == 1 && missing.errors.contains("nobody"), "\(missing.errors)")
    #expect(!folder.names().contains("other.html"))
    let nowhere = try Program.run(["report", Self.session, folder.path + "/no/page.html"])
    #expect(nowhere.code == 1 && nowhere.errors.contains("folder does not exist"))
  }

  @Test func anEmptySessionIsNoStory() throws {
    let made = try Program.run([
      "--model", Fixtures.tiny, "--session", folder.path + "/empty.json", "-c", "/save",
    ])
    try #require(made.code == 0, "\(made.errors)")
    let result = try Program.run(["report", folder.path + "/empty.json", page])
    #expect(result.code == 1 && result.errors.contains("nothing to report on"), "\(result.errors)")
    #expect(!folder.names().contains("page.html"))
  }
}
