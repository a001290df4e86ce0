import Shell
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension OneAtATime {
  @Suite struct PlainLinesTests {
    private func lines(of text: [UInt8]) throws -> [Input] {
      var ends: [Int32] = [-1, -1]
      try #require(pipe(&ends) == 0)
      _ = text.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
      close(ends[1])
      defer { close(ends[0]) }
      let source = PlainLines(input: ends[0], echo: nil, isInteractive: false)
      var result: [Input] = []
      while result.last != .endOfInput { result.append(source.next(prompt: "> ")) }
      return result
    }

    @Test(arguments: [
      ("", []), ("a\nb\n", ["a", "b"]), ("a\n\nb", ["a", "", "b"]),
      ("dos\r\nline\r\n", ["dos", "line"]),
      ("ünï\n", ["ünï"]), ("\n", [""]),
    ])
    func splitsLines(_ text: String, _ expected: [String]) throws {
      #expect(try lines(of: Array(text.utf8)) == expected.map { .line($0) } + [.endOfInput])
    }

    @Test func malformedBytesBecomeReplacementCharacters() throws {
      #expect(try lines(of: [0x61, 0xFF, 0x0A]) == [.line("a\u{FFFD}"), .endOfInput])
    }

    @Test func promptsGoToTheEcho() throws {
      var ends: [Int32] = [-1, -1]
      try #require(pipe(&ends) == 0)
      defer { ends.forEach { close($0) } }
      let nothing = open("/dev/null", O_RDONLY)
      defer { close(nothing) }
      let source = PlainLines(input: nothing, echo: ends[1], isInteractive: false)
      #expect(source.next(prompt: "> ") == .endOfInput)
      var bytes = [UInt8](repeating: 0, count: 8)
      #expect(read(ends[0], &bytes, 8) == 2)
      #expect(bytes[..<2] == Array("> ".utf8)[...])
    }
  }
}
