import Shell
import Testing
import Workbench

@Suite struct ProgressTests {
  private let whole = Progress(
    step: 12, total: 20, losses: [3.8, 3.1, 2.6, 2.314], tokensPerSecond: 812.4, secondsLeft: 4.2)

  @Test func showsEverythingWhereThereIsRoom() {
    #expect(whole.line(width: 79) == "step 12/20  loss 2.314  █▅▂▁  812 tok/s  4.2 s left")
  }

  @Test func fitsAnyWidth() {
    for width in 1...120 { #expect(displayWidth(of: whole.line(width: width)) <= width) }
    #expect(whole.line(width: 19) == "12/20  loss 2.314")
    #expect(whole.line(width: 13) == "12/20  2.314")
  }

  @Test func doesWithoutWhatIsNotKnown() {
    #expect(Progress(step: 0, total: 5).line(width: 40) == "step 0/5")
    #expect(Progress(step: 1, total: 5, losses: [.nan]).line(width: 40) == "step 1/5  loss nan")
  }

  @Test func sparklinesSpanTheirValues() {
    #expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], width: 8) == "▁▂▃▄▅▆▇█")
    #expect(sparkline([1, 1, 1], width: 8) == "▁▁▁")
    #expect(sparkline([0, 0, 7, 7], width: 2) == "▁█")
    #expect(sparkline([1, .nan, 2, .infinity], width: 4) == "▁×█×")
    #expect(sparkline([], width: 4) == "")
  }

  @Test(arguments: [
    (0.0, 2, "0.00"), (1.005, 1, "1.0"), (-0.04, 1, "0.0"), (-1.25, 2, "-1.25"), (12, 0, "12"),
    (0.9999, 2, "1.00"), (.infinity, 2, "inf"), (-.infinity, 2, "-inf"), (.nan, 2, "nan"),
  ])
  func fixesPlaces(_ value: Double, _ places: Int, _ text: String) {
    #expect(fixed(value, places: places) == text)
  }

  @Test(arguments: [
    (0.42, "0.4 s"), (12.4, "12 s"), (185, "3 min 05 s"), (7800, "2 h 10 min"),
    (.infinity, "a long time"), (-3, "0.0 s"),
  ])
  func saysDurations(_ seconds: Double, _ text: String) {
    #expect(duration(seconds) == text)
  }

  @Test(arguments: [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (97_464_320, "93 MiB")])
  func saysBytes(_ bytes: Int, _ text: String) {
    #expect(byteCount(bytes) == text)
  }
}
