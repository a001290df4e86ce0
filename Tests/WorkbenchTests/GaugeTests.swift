import Engine
import Testing
import Workbench

@Suite struct GaugeTests {
  private func value(_ gauge: TextGauge, _ text: String, source: [String] = []) -> Double? {
    gauge.value(GaugedText(text), source: WordRuns(source))
  }

  @Test(arguments: [
    ("", 0), ("   \n", 0), ("One two three.", 1), ("One. Two! Three?", 3), ("No end", 1),
    ("Pi is 3.14 today.", 1), ("Really?! Yes… no", 3), ("\"Stop!\" he said.", 2),
    ("First line\nSecond line", 2), ("今日は晴れです。明日は雨。", 2), ("...", 0), ("a.\n\n\nb.", 2),
  ])
  func sentencesAreCounted(text: String, count: Int) {
    #expect(GaugedText(text).sentences == count)
    #expect(Sentences.split(text).joined() == text)
  }

  @Test func wordsPerSentence() {
    #expect(value(.words, "It's 3.5 km, e\u{301}t voilà!") == 5)
    #expect(value(.wordsPerSentence, "One two. Three four five six.") == 3)
    #expect(value(.wordsPerSentence, "?!") == nil)
  }

  @Test func typeTokenRatioIgnoresCase() {
    #expect(value(.typeTokenRatio, "The cat saw the Cat.") == 3.0 / 5)
    #expect(value(.typeTokenRatio, "") == nil)
  }

  @Test func hedgesAndSecondPersonAreASharePerHundred() {
    #expect(value(.hedges, "Maybe it is sort of blue, I think so") == 100 * 3.0 / 9)
    #expect(value(.hedges, "It is blue of course") == 0)
    #expect(value(.secondPerson, "You\u{2019}re right, your yourself and youth") == 100 * 3.0 / 6)
    #expect(value(.exclamations, "Ha! ha！ ha") == 100 * 2.0 / 3)
  }

  @Test func bulletsAreLines() {
    #expect(value(.bullets, "- one\n  * two\n3. three\n4) four\n• five") == 5)
    #expect(value(.bullets, "-5 degrees\n3.5 km\n-- no\n*bold*\n12") == 0)
  }

  @Test func copyRateIsTheShareOfKnownRuns() {
    let source = ["Arr, the wind be fair today, matey!", "short"]
    #expect(value(.copyRate, "the wind be fair today", source: source) == 1)
    #expect(value(.copyRate, "THE WIND be fair today friend", source: source) == 0.5)
    #expect(value(.copyRate, "nothing of this was ever said", source: source) == 0)
    #expect(value(.copyRate, "too short a one", source: source) == nil)
    // A run does not reach from one text into the next.
    #expect(value(.copyRate, "a b c d e", source: ["a b c", "d e"]) == 0)
  }

  @Test func intervalsHoldTheMean() throws {
    let values = (0..<40).map { Double(($0 * 17) % 40) }
    let interval = try #require(Interval(values, seed: 1))
    #expect(interval.mean == 19.5 && interval.count == 40)
    // 1.96 standard errors, as the bootstrap's own noise allows.
    let error = 11.54 / 40.0.squareRoot() * 1.96
    #expect(abs(interval.low - (19.5 - error)) < 0.7)
    #expect(abs(interval.high - (19.5 + error)) < 0.7)
    #expect(Interval(values, seed: 1) == interval)
    #expect(Interval(values, seed: 2) != interval)
    #expect(Interval([], seed: 1) == nil)
    let alone = try #require(Interval([3], seed: 1))
    #expect(alone.low == 3 && alone.high == 3)
  }

  @Test func aReportPairsRepliesOfASeed() throws {
    let folder = try TemporaryFolder()
    let model = ScriptedModel()
    let bench = try folder.workbench(model: model)
    try bench.addExample(.pair(prompt: "a", completion: "tuned words to copy from here"))
    _ = try bench.tune(.steps(1))
    var told: [Int] = []
    let report = try #require(
      try bench.gauges(
        ["hi you!", "ho"], nil, 1, seeds: 9, progress: { told.append($0 * 100 + $1) }))
    #expect(report.samples == 18)
    #expect(told == [1636, 1836, 3436, 3636])
    #expect(report.sampling.temperature == Workbench.gaugeTemperature)
    let words = try #require(report.rows.first { $0.gauge == .words })
    #expect(words.before?.mean == 4.5 && words.after?.mean == 5.5)
    #expect(words.change == Interval([Double](repeating: 1, count: 18), seed: 1))
    let copied = try #require(report.rows.first { $0.gauge == .copyRate })
    #expect(copied.before?.mean == 0 && copied.after?.mean == 0)
    #expect(bench.session.comparisons.isEmpty && bench.session.turns.isEmpty)
  }

  @Test func whatWasWholeWhenStoppedIsMeasured() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    var asked = 0
    let stop = {
      asked += 1
      return asked > 24
    }
    let report = try #require(
      try bench.gauges(["one", "two"], nil, nil, seeds: 8, shouldStop: stop))
    // All eight of the first prompt, and the three pairs of the second that were said by then.
    #expect(report.samples == 11)
    #expect(try bench.gauges(["one"], nil, nil, seeds: 2, shouldStop: { true }) == nil)
  }

  @Test func theTrainingTextIsWhatTheBurstsSaw() throws {
    let folder = try TemporaryFolder()
    let bench = try folder.workbench()
    try bench.addExample(.pair(prompt: "q", completion: "first wording"))
    _ = try bench.tune(.steps(1))
    try bench.editExample(1, .pair(prompt: "q", completion: "second wording"))
    try bench.addExample(.text("raw"))
    #expect(bench.session.trainingTexts(of: 1) == ["first wording"])
    #expect(bench.session.trainingTexts(of: nil) == ["second wording", "raw"])
    _ = try bench.tune(.steps(1))
    #expect(bench.session.trainingTexts(of: 2) == ["first wording", "second wording", "raw"])
  }
}
