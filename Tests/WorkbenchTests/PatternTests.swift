import Testing
import Workbench

@Suite("Regular expressions in linear time")
struct PatternTests {
  @Test(arguments: [
    ("arr", "Well, arr!", true), ("^arr", "Well, arr!", false), ("arr!?$", "Well, arr!", true),
    ("a|bc|d", "xbcx", true), ("^(a|bc|d)$", "bd", false), ("a.c", "a\nc", false),
    ("(?s)a.c", "a\nc", true), ("ab*c", "ac", true), ("ab+c", "ac", false), ("ab?c", "abbc", false),
    ("^a{3}$", "aaa", true), ("^a{3}$", "aa", false), ("^a{2,3}$", "aaaa", false),
    ("^a{2,}$", "aaaaa", true), ("^a{,2}$", "aaa", false), ("a{x}", "a{x}", true),
    ("a*?b", "aaab", true), ("[a-c]+-[0-9]", "cab-7", true), ("[^a-c]", "abc", false),
    ("[]x]", "]", true), ("[a-]", "-", true), ("[\\d.]+", "3.5", true), ("[\\w-]+@", "a-b@", true),
    ("\\bcat\\b", "a cat.", true), ("\\bcat\\b", "concat", false), ("\\Bcat", "concat", true),
    ("\\d{4}", "in 1999", true), ("\\s\\S", "a b", true), ("\\D", "12", false), ("\\.", "a", false),
    ("(?i)straße", "STRAßE", true), ("(?i)[a-z]+$", "ABC", true), ("ARR", "arr", false),
    ("\\u00e9", "caf\u{e9}", true), ("\\x41", "A", true), ("", "", true), ("", "x", true),
    ("(a|)b", "b", true), ("(?:ab)+c", "ababc", true), ("(a*)*c", "aac", true),
    ("(?m)^b$", "a\nb\nc", true), ("^b$", "a\nb\nc", false), ("\\Ab|c\\z", "ac", true),
    ("日本?", "日", true), ("é", "e", false), ("((a)(b(c)))d", "abcd", true),
    ("(a+|b+)*$", "abab", true),
  ])
  func finds(_ pattern: String, _ text: String, _ expected: Bool) throws {
    #expect(try Pattern(pattern).isFound(in: text) == expected)
  }

  @Test func caseIsIgnoredWhereAsked() throws {
    #expect(try Pattern("arr|yo", ignoringCase: true).isFound(in: "YO ho"))
    #expect(try Pattern("[a-z]é", ignoringCase: true).isFound(in: "xÉ"))
    #expect(try Pattern("[^a]", ignoringCase: true).isFound(in: "A") == false)
  }

  @Test(arguments: [
    ("(", "never closed"), (")", "closes nothing"), ("[a", "never closed"),
    ("*a", "repeats nothing"),
    ("a{3,1}", "counts backwards"), ("[z-a]", "runs backwards"), ("(a)\\1", "references"),
    ("a(?=b)", "look-around"), ("(?<!a)b", "look-around"), ("(?P<n>a)", "only (?:…)"),
    ("\\q", "not known here"), ("\\", "lone"), ("(?x)a", "only (?:…)"), ("(?ix)a", "no flag x"),
    ("a{9999}", "too large"), ("(a{99}){99}", "too large"), ("\\u12", "hexadecimal"),
    ("[a-\\d]", "ends in a class"),
  ])
  func saysWhyNot(_ source: String, _ reason: String) throws {
    let error = #expect(throws: PatternError.self) { try Pattern(source) }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    #expect(error?.description.contains("“\(source)”") == true)
  }

  /// Patterns on which engines that backtrack take longer than anybody lives.
  @Test(arguments: [
    "(a+)+$", "(a|a)*b", "(a|aa)+$", "(.*a){12}b", "(a*)*b", "(x+x+)+y",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
  ])
  func cannotBeMadeToHang(_ source: String) throws {
    let text = String(repeating: "a", count: 300) + "!"
    let took = try ContinuousClock().measure { _ = try Pattern(source).isFound(in: text) }
    #expect(took < .seconds(10))
    let deep = String(repeating: "(", count: 10_000)
    #expect(throws: PatternError.self) { try Pattern(deep) }
    #expect(throws: PatternError.self) { try Pattern(String(repeating: "a|", count: 10_000)) }
    #expect(throws: PatternError.self) { try Pattern(String(repeating: "a{50}", count: 500)) }
  }
}
