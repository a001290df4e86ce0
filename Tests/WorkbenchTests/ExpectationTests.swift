import Engine
import Testing
import Workbench

@Suite struct ExpectationTests {
  /// Values of sacreBLEU 2.6.0, `CHRF().sentence_score(text, [reference])`.
  @Test(arguments: [
    ("The cat sat on the mat.", "The cat is on the mat.", 67.17273492330233),
    ("Bees make honey.", "Bees make honey.", 100), ("abc", "xyz", 0), ("ab", "ab", 100),
    ("Honey", "Bees make honey and wax.", 12.584465952980434), ("a", "a b c", 38.46153846153846),
    ("Paris is the capital of France.", "The capital of France is Paris.", 74.24971405406188),
    ("Über schöne Straßen 東京", "Uber schöne Strassen 東京都", 66.1589402705779),
    ("e\u{301}te\u{301}", "été", 9.803921568627452),
  ])
  func similarityIsChrF(_ text: String, _ reference: String, _ expected: Double) {
    #expect(abs(100 * Similarity.chrF(text, reference: reference) - expected) < 1e-9)
  }

  @Test func nothingIsLikeNothingAndUnlikeSomething() {
    #expect(Similarity.chrF("", reference: " \n") == 1)
    #expect(Similarity.chrF("", reference: "a") == 0)
    #expect(Similarity.chrF("a", reference: "") == 0)
  }

  @Test(arguments: [
    ("", 0), ("Hello", 1), ("Hello.", 1), ("One. Two! Three?", 3), ("It is 3.5 m. Or so.", 2),
    ("Wait... what?", 1), ("He said “No.” Then left.", 2), ("Use e.g. a hammer.", 1),
    ("Things:\n1. Towel\n2. Hat", 3), ("- one\n- two\n\n---", 2), ("これは。それは！", 2), ("...", 0),
    ("Really?! Yes.", 2), ("Bees (many.) buzz", 1), ("attune.app is a name", 1),
  ])
  func sentencesAreCountedAsAPersonWould(_ text: String, _ count: Int) {
    #expect(TextCounts.sentences(text) == count)
  }

  private func shortfall(
    _ expectation: Probe.Expectation, _ reply: String, _ rules: TextRules = TextRules()
  ) -> String? { expectation.shortfall(in: reply, rules) }

  @Test func eachSaysWhyItFails() throws {
    let reply = "Bees make honey. They buzz."
    #expect(shortfall(.equals(" Bees make honey. They buzz.\n"), reply) == nil)
    #expect(shortfall(.equals("Bees."), reply) == "is not “Bees.”")
    #expect(shortfall(.contains(["honey", "buzz"], all: true), reply) == nil)
    #expect(
      shortfall(.contains(["honey", "wax", "Buzz"], all: true), reply) == "lacks “wax” and “Buzz”")
    #expect(shortfall(.contains(["wax", "honey"], all: false), reply) == nil)
    #expect(shortfall(.contains(["wax"], all: false), reply) == "lacks “wax”")
    #expect(
      shortfall(.contains(["wax", "jam", "tea"], all: false), reply)
        == "has none of “wax”, “jam” and “tea”")
    #expect(shortfall(.excludes(["wax"]), reply) == nil)
    #expect(
      shortfall(.excludes(["wax", "buzz"]), reply) == "has “buzz”, which must not occur")
    #expect(shortfall(.matches(try Pattern("hon.y")), reply) == nil)
    #expect(shortfall(.matches(try Pattern("^hon.y")), reply) == "does not match “^hon.y”")
    #expect(shortfall(.starts(["Wasps", "Bees"]), "\n" + reply) == nil)
    #expect(
      shortfall(.starts(["Wasps", "Ants"]), reply) == "does not start with “Wasps” or “Ants”")
    #expect(shortfall(.words(.most(5)), reply) == nil)
    #expect(shortfall(.words(.most(4)), reply) == "has 5 words, at most 4 are wanted")
    #expect(shortfall(.words(.least(6)), reply) == "has 5 words, at least 6 are wanted")
    #expect(shortfall(.words(.most(1)), "a b") == "has 2 words, at most 1 is wanted")
    #expect(shortfall(.sentences(.most(1)), reply) == "has 2 sentences, at most 1 is wanted")
    #expect(shortfall(.sentences(.least(2)), reply) == nil)
    #expect(shortfall(.sentences(.least(2)), "One.") == "has 1 sentence, at least 2 are wanted")
    #expect(shortfall(.isJSON, " {\"a\": [1]}\n") == nil)
    #expect(shortfall(.isJSON, "{\"a\":}")?.hasPrefix("is not JSON at byte 6") == true)
    #expect(shortfall(.isJSON, "Sure: {}") != nil)
    #expect(shortfall(.similar(to: "Bees make honey. They buzz.", atLeast: 1), reply) == nil)
    #expect(
      shortfall(.similar(to: "§§§", atLeast: 0.8), reply)
        == "is 0.00 similar to “§§§”, at least 0.80 is wanted")
    #expect(Probe.Expectation.perplexity(of: "x", atMost: 3).shortfall(perplexity: 3) == nil)
    #expect(
      Probe.Expectation.perplexity(of: "x", atMost: 3).shortfall(perplexity: 4.5)
        == "the perplexity of “x” is 4.50, at most 3.00 is wanted")
    #expect(Probe.Expectation.perplexity(of: "x", atMost: 3).shortfall(perplexity: .nan) != nil)
  }

  @Test func caseAndWordEdgesCountAsAsked() {
    var rules = TextRules()
    #expect(shortfall(.contains(["ARR"], all: true), "arr", rules) != nil)
    rules.ignoresCase = true
    #expect(shortfall(.contains(["ARR"], all: true), "arr", rules) == nil)
    #expect(shortfall(.equals("ARR"), "arr", rules) == nil)
    #expect(shortfall(.starts(["ARR"]), "arr me", rules) == nil)
    #expect(shortfall(.excludes(["He"]), "the hero", rules) != nil)
    rules.wholeWords = true
    #expect(shortfall(.excludes(["He"]), "the hero", rules) == nil)
    #expect(shortfall(.excludes(["He"]), "the hero, he", rules) != nil)
    #expect(shortfall(.excludes(["c++"]), "in c++.", rules) != nil)
  }

  @Test func aDivergenceSaysWhereAndHowNear() {
    var divergence = Divergence(
      place: 3, before: "The capital of", expected: " France", found: " Spain", margin: 1.5)
    #expect(
      "\(divergence)"
        == "changed at token 4, after “The capital of”: “ France” became “ Spain” (1.50 nats apart)"
    )
    divergence.margin = 0.02
    divergence.place = 0
    divergence.found = ""
    #expect(
      "\(divergence)"
        == "changed at its start: “ France” became the end (a near-tie, 0.02 nats apart)")
  }
}
