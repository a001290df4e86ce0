import Shell
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension OneAtATime {
  @Suite("Reports and demos")
  struct ShowingTests {
    private func shellWithAStory() throws -> ShellAtWork {
      let shell = try ShellAtWork()
      #expect(
        try shell.script("/add How are you? => Arr!", "/tune 2", "/diff Hello", "/save one") == 0)
      shell.written.answers = ""
      return shell
    }

    @Test func aReportHoldsTheStoryAndChangesNothing() throws {
      let shell = try shellWithAStory()
      let before = try shell.folder.text(of: "sessions/one.json")
      let page = shell.folder.path("page.html")
      #expect(
        try shell.script("/open one", "/report \(page)", "/demo", "/demo one") == 0,
        "\(shell.written.chatter)")
      let html = try shell.folder.text(of: "page.html")
      #expect(html.contains("<h1 dir=\"auto\">one</h1>"))
      // The parrot trains 1000 of its 1 000 000 numbers.
      #expect(html.contains("1 example taught to parrot in 1 burst"))
      #expect(html.contains("attune replay one --check"))
      #expect(html.contains("content=\"Attune 1.2.3\""))
      #expect(html.contains("<ins>Arr! Arr! </ins>Hello"), "\(html)")
      #expect(try shell.folder.text(of: "sessions/one.json") == before)
    }

    @Test func whatIsNoReportIsReplacedByForceOnly() throws {
      let shell = try shellWithAStory()
      try shell.folder.write("mine", to: "notes.html")
      let notes = shell.folder.path("notes.html")
      #expect(try shell.script("/open one", "/report \(notes)") == 3)
      #expect(shell.written.chatter.contains("is there already"))
      #expect(try shell.folder.text(of: "notes.html") == "mine")
      #expect(try shell.script("/open one", "/report \(notes) force", "/report \(notes)") == 0)
      #expect(try shell.folder.text(of: "notes.html").hasPrefix("<!DOCTYPE html>"))
      #expect(try shell.script("/open one", "/report \(shell.folder.path)/no/page.html") == 3)
      #expect(shell.written.chatter.contains("its folder does not exist"))
    }

    @Test func theSessionsOwnFileIsNeverReplaced() throws {
      let shell = try shellWithAStory()
      let own = shell.folder.path("sessions/one.json")
      try FileManager.default.createSymbolicLink(
        atPath: shell.folder.path("link.html"), withDestinationPath: own)
      let before = try shell.folder.text(of: "sessions/one.json")
      for line in [
        "/report \(own) force", "/report \(shell.folder.path)/link.html force",
        "/export-data \(own) force",
      ] {
        #expect(try shell.script("/open one", line) == 3)
        #expect(shell.written.chatter.contains("is the session's own file"), "\(line)")
        #expect(try shell.folder.text(of: "sessions/one.json") == before)
      }
    }

    @Test func bothSpeakJSON() throws {
      let shell = try shellWithAStory()
      let page = shell.folder.path("page.html")
      #expect(
        try shell.script("/open one", "/report \(page)", "/demo one", isJSON: true) == 0,
        "\(shell.written.chatter)")
      let lines = shell.written.answers.split(separator: "\n")
      try #require(lines.count == 2 + 6, "\(lines)")
      #expect(lines[1].contains("\"bursts\":1") && lines[1].contains("\"comparisons\":1"))
      #expect(
        lines[2...].map { $0.firstMatch(of: /"kind":"(.*?)"/)?.1 ?? "" }
          == ["opening", "foundation", "taught", "tuning", "comparison", "closing"])
      #expect(lines[6].contains("\"foundation\":\"Hello\"") && lines[6].contains("Arr! Arr! Hello"))
    }

    @Test func namesAreCompleted() throws {
      let shell = try shellWithAStory()
      #expect(shell.complete("/demo o")?.insertion == "one ")
      #expect(shell.complete("/rep")?.insertion == "report ")
    }
  }
}
