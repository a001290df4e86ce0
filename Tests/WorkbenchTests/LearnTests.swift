import Engine
import Testing
import Workbench

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct LearnTests {
  private func windows(_ text: String, _ limit: Int) throws -> [String] {
    try TextWindows(limit: limit) { $0.utf8.count }.split(text)
  }

  @Test func windowsEndWithSentencesAndParagraphs() throws {
    #expect(try windows("One two. Three four. Five.", 20) == ["One two. ", "Three four. Five."])
    let text = "A first one. Another.\n\nNew paragraph. It goes on. And on."
    #expect(
      try windows(text, 40) == ["A first one. Another.\n\n", "New paragraph. It goes on. And on."])
    #expect(try windows("short", 100) == ["short"])
  }

  @Test func onlyWhatIsTooLongIsTorn() throws {
    #expect(try windows("one two three four five six", 14) == ["one two three", " four five six"])
    #expect(try windows("abcdefghij", 4) == ["ab", "cde", "fg", "hij"])
    let hostile = String(repeating: "\u{301}", count: 50)
    #expect(try windows(hostile, 4).joined() == hostile)
  }

  @Test func nothingIsLostWhateverTheText() throws {
    var random = SeededGenerator(seed: 4)
    let parts = ["word", " ", "\n\n", "。", "Ende! ", "e\u{301}", "😀", "...", "\n", "x. "]
    for limit in [3, 10, 30, 200] {
      let text = (0..<300).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
      let found = try windows(text, limit)
      #expect(found.joined().filter { !$0.isWhitespace } == text.filter { !$0.isWhitespace })
      #expect(found.allSatisfy { $0.utf8.count <= max(limit, 4) })
    }
  }

  @Test func aFileBecomesExamplesAndATailIsHeldBack() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    let sentences = (0..<40).map { "This is sentence number \($0). " }
    try folder.write("\u{FEFF}" + sentences.joined(separator: "\r\n"), to: "manual.txt")
    let domain = try bench.domain(path: folder.file("manual.txt"), window: 64)
    #expect(domain.learnt.count == 18 && domain.held.count == 2)
    #expect(domain.learnt[0].hasPrefix("This is sentence number 0. \nThis"))
    let added = try bench.learn(domain)
    #expect(added == IDList(1...18))
    let revision = try #require(bench.session.example(1)?.revision)
    #expect(revision.origin == .learned && revision.content == .text(domain.learnt[0]))
    #expect(revision.extra["source"] == .string("manual.txt"))
    bench.close()
    let again = try folder.reopen()
    #expect(again.session.examples == bench.session.examples)
    try again.undo()
    #expect(again.session.liveExamples.isEmpty)
  }

  @Test func perplexityIsOfTheSideAskedFor() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    try bench.addExample(.text("raw"))
    _ = try bench.tune(.steps(1))
    let foundation = try #require(try bench.perplexity(["abc", "de"], of: nil))
    #expect(foundation.tokens == 5 && abs(foundation.value - 7.389) < 1e-3)
    #expect(abs((try bench.perplexity(["abc"], of: 1)?.value ?? 0) - 2.718) < 1e-3)
    var told: [Int] = []
    let stopped = try bench.perplexity(["abc", "de"], of: nil) {
      told.append($0)
      return false
    }
    #expect(stopped?.tokens == 3 && told == [1])
    #expect(try bench.perplexity([""], of: nil) == nil)
  }

  @Test func aDomainOfManyWindowsIsSampled() {
    let domain = Domain(name: "x", windows: (0..<1000).map { "\($0)" })
    #expect(domain.held.count == 32 && domain.learnt.count == 968)
    #expect(domain.sample.count == 32 && domain.sample[1] == "30")
    #expect(Domain(name: "x", windows: ["a"]).held.isEmpty)
    #expect(Domain(name: "x", windows: ["a", "b"]).held == ["b"])
  }

  @Test func filesThatAreNoTextAreRefused() throws {
    let folder = try TemporaryFolder()
    func problem(_ bytes: [UInt8]) throws -> RawTextError? {
      try Data(bytes).write(to: URL(fileURLWithPath: folder.file("f")))
      do throws(RawTextError) {
        _ = try RawText(path: folder.file("f"))
        return nil
      } catch {
        return error
      }
    }
    let path = folder.file("f")
    #expect(try problem([]) == .empty(path: path))
    #expect(try problem(Array(" \n\t".utf8)) == .empty(path: path))
    #expect(try problem(Array("a\nb\n".utf8) + [0xFF, 0x0A]) == .notText(path: path, line: 3))
    #expect(try problem(Array("a\u{0}b".utf8)) == .notText(path: path, line: 1))
    #expect(try problem([0xFF, 0xFE, 0x61, 0x00]) == .notText(path: path, line: 1))
    let large = [UInt8](repeating: 0x61, count: RawText.mostBytes + 1)
    #expect(try problem(large) == .tooLarge(path: path, bytes: RawText.mostBytes + 1))
    #expect(throws: RawTextError.self) { try RawText(path: folder.file("missing")) }
    #expect(throws: RawTextError.self) { try RawText(path: folder.path) }
  }
}
