import Testing
import Workbench

@Suite struct TimestampTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
    (1_795_515_300, "2026-11-24T10:15:00Z"), (-1, "1969-12-31T23:59:59Z"),
    (253_402_300_799, "9999-12-31T23:59:59Z"),
  ])
  func writesAndReadsISO8601(seconds: Int, text: String) {
    #expect(Timestamp(seconds: seconds).description == text)
    #expect(Timestamp(text)?.seconds == seconds)
  }

  @Test func peopleReadDays() {
    #expect(Timestamp(seconds: 0).words == "1 January 1970, 00:00 UTC")
    #expect(Timestamp(seconds: 1_795_515_300).words == "24 November 2026, 10:15 UTC")
    #expect(Timestamp(seconds: -1).day == "31 December 1969")
  }

  @Test(arguments: ["", "2026-11-24", "2026-02-30T00:00:00Z", "2026-11-24T24:00:00Z", "２０２６"])
  func refusesOtherText(text: String) {
    #expect(Timestamp(text) == nil)
  }
}
