import Testing
import Workbench

@Suite struct SanitiserTests {
  @Test func everyControlIsShown() throws {
    for value in Array(UInt32(0)...0x1F) + Array(0x7F...0x9F) {
      let scalar = try #require(Unicode.Scalar(value))
      let shown = sanitised("a\(scalar)b")
      if scalar == "\n" || scalar == "\t" {
        #expect(shown == "a\(scalar)b")
      } else {
        #expect(shown.unicodeScalars.count > 2, "U+\(String(value, radix: 16)) vanished")
        #expect(!shown.unicodeScalars.contains { $0.properties.generalCategory == .control })
      }
    }
    #expect(sanitised("\u{1B}\u{0}\u{7F}") == "␛␀␡")
    #expect(sanitised("\u{9B}31m") == "\\u{9B}31m")
  }

  @Test(arguments: [
    ("\u{1B}[31mred\u{1B}[0m", "␛[31mred␛[0m"),
    ("\u{1B}]0;title\u{7}", "␛]0;title␇"),
    ("\u{1B}]8;;http://x\u{1B}\\", "␛]8;;http://x␛\\"),
    ("\u{1B}P q\u{1B}\\", "␛P q␛\\"),
    ("\u{9D}52;c;aGk=\u{9C}", "\\u{9D}52;c;aGk=\\u{9C}"),
    ("over\rwritten", "over␍written"), ("dos\r\nline", "dos\nline"), ("end\r", "end␍"),
    ("a\u{8}\u{8}b", "a␈␈b"),
    ("evil\u{202E}txt.exe", "evil\\u{202E}txt.exe"), ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
    ("pass\u{200B}word", "pass\\u{200B}word"), ("\u{FEFF}a", "\\u{FEFF}a"),
    ("a\u{200D}b", "a\\u{200D}b"), ("a\u{2028}b", "a\\u{2028}b"),
    ("hi\u{E0061}\u{E0062}", "hi\\u{E0061}\u{E0062}"),
  ])
  func sequencesAreDisarmed(_ text: String, _ shown: String) {
    #expect(Array(sanitised(text).utf8) == Array(shown.utf8))
  }

  @Test(arguments: [
    "plain text\n\twith a tab", "naïve façade 漢字 한국어", "👩‍👩‍👧‍👦 👍🏽 🇫🇷 ❤️", "می‌خواهم", "क्‍ष",
    "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", "soft\u{AD}hyphen", "e\u{301}",
  ])
  func textStaysAsItIs(_ text: String) {
    #expect(Array(sanitised(text).utf8) == Array(text.utf8))
  }

  @Test func chunksMakeNoDifference() {
    let text = "a\r\nb\rc\u{1B}[1m👩‍👧\u{202E}\r"
    for cut in 0...text.unicodeScalars.count {
      let scalars = Array(text.unicodeScalars)
      var head = String.UnicodeScalarView()
      head.append(contentsOf: scalars[..<cut])
      var tail = String.UnicodeScalarView()
      tail.append(contentsOf: scalars[cut...])
      var sanitiser = Sanitiser()
      let whole = sanitiser.add(String(head)) + sanitiser.add(String(tail)) + sanitiser.finish()
      #expect(whole == sanitised(text))
    }
  }

  @Test func oneLineStaysOneLine() {
    #expect(sanitisedLine("a\nb\tc\r\nd") == "a⏎b c⏎d")
  }
}
